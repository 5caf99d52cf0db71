/**
 * Removes each DKIM signature of the client that our edits break, because every receiver would report it as failed. Other
 * signatures stay. Runs after the last edit of the copy and before `sign-dkim`. RFC 6376 §3.7.
 */

import { firstField, type HeaderField } from '@waybill/mail/headers';
import { coversSameHeader, type HeaderChange } from '@waybill/mail/signing/dkim-coverage';
import { addNote, removeFields } from '../content/edit-message.ts';
import { bodyChangesOf } from '../content/patch-of.ts';
import type { Message } from '../message.ts';
import { WAYBILL_HEADER } from '../waybill-header.ts';
import type { Stage } from './stage.ts';

const NAME = 'DKIM-Signature';

/** The header that the client signed: without the two fields that we added on top. */
function asSigned({ tree: { fields } }: Message): readonly HeaderField[] {
  const own = fields.findIndex(({ key }) => key === WAYBILL_HEADER.toLowerCase());
  return fields.slice(own + 1);
}

export const dropBrokenSignature: Stage = (message) => {
  if (!firstField(message.fields, NAME)) return message;
  const isBodyChanged = bodyChangesOf(message).splices.length > 0;
  const change: HeaderChange = { before: asSigned(message), after: message.fields };
  const isBroken = (field: HeaderField): boolean =>
    field.key === NAME.toLowerCase() && (isBodyChanged || !coversSameHeader(field, change));
  const kept = removeFields(message, isBroken);
  if (kept === message) return message;
  const part = isBodyChanged ? 'body' : 'header';
  return addNote(kept, {
    step: 'drop-broken-signature',
    what: 'DKIM signature of the client removed',
    reason: `We changed the ${part} that it covers, so it would fail at every receiver.`,
  });
};
