/** The steps of a message, in their order. ARCHITECTURE §5. */
import type { Message } from '../message.ts';
import { addFeedbackId } from './add-feedback-id.ts';
import { addListUnsubscribe } from './add-list-unsubscribe.ts';
import { addOpenPixel } from './add-open-pixel.ts';
import { dropBrokenSignature } from './drop-broken-signature.ts';
import { dropDuplicateFields } from './drop-duplicate-fields.ts';
import { encodeHeaderText } from './encode-header-text.ts';
import { ensureDate } from './ensure-date.ts';
import { ensureMessageId } from './ensure-message-id.ts';
import { findOpenPixelPlace } from './find-open-pixel-place.ts';
import { findTrackedLinks } from './find-tracked-links.ts';
import { foldLongLines } from './fold-long-lines.ts';
import { hideClientIp } from './hide-client-ip.ts';
import { noteHeaderEnd } from './note-header-end.ts';
import { readBodies } from './read-bodies.ts';
import { requireLoopFree } from './require-loop-free.ts';
import { requireQuota } from './require-quota.ts';
import { requireRecipientAllowed } from './require-recipient-allowed.ts';
import { requireSenderAuthorized } from './require-sender-authorized.ts';
import { requireSingleFields } from './require-single-fields.ts';
import { requireSize } from './require-size.ts';
import { rewriteLinks } from './rewrite-links.ts';
import { setReturnPath } from './set-return-path.ts';
import { signDkimLast } from './sign-dkim.ts';
import type { Facts, Gate, GateFacts, No, Stage, Submitted } from './stage.ts';
import { stripBcc } from './strip-bcc.ts';
import { stripInternalHeaders } from './strip-internal-headers.ts';
import { toSevenBit } from './to-seven-bit.ts';
import { writeEdits } from './write-edits.ts';

/** Gates, before 250. Permanent refusals come before temporary ones, so that a client that may never send does not try again. */
export const gates: readonly Gate[] = [
  requireSenderAuthorized,
  requireSize,
  requireSingleFields,
  requireLoopFree,
  requireRecipientAllowed,
  requireQuota,
];

/** Stages that run once for the message, for all copies. */
export const perMessage: readonly Stage[] = [
  stripInternalHeaders,
  stripBcc,
  hideClientIp,
  noteHeaderEnd,
  dropDuplicateFields,
  ensureDate,
  ensureMessageId,
  encodeHeaderText,
  foldLongLines,
  readBodies,
  findTrackedLinks,
  findOpenPixelPlace,
];

/** Stages that run once for each copy, after the split. Signing stays last. */
export const perRecipient: readonly Stage[] = [
  rewriteLinks,
  addOpenPixel,
  writeEdits,
  addListUnsubscribe,
  addFeedbackId,
  setReturnPath,
  dropBrokenSignature,
  toSevenBit,
  signDkimLast,
];

/** The first refusal, in the order of the gates; `undefined`: every gate lets the submission pass. */
export function firstNo(message: Submitted, facts: GateFacts): No | undefined {
  for (const gate of gates) {
    const no = gate(message, facts);
    if (no) return no;
  }
  return undefined;
}

/** Runs the stages in their order. */
export const throughStages = (stages: readonly Stage[], message: Message, facts: Facts): Message =>
  stages.reduce((at, stage) => stage(at, facts), message);
