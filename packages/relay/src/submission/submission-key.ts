/**
 * `X-Waybill-Idempotency-Key`: the same message submitted twice is one message. docs/api.md §1. The key is stored with the id of
 * its message. An id is stored once, so two concurrent sessions store one message, and a repeat after a crash uses the same id.
 */
import { createHash } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import type { SubmissionOptions } from '../message.ts';
import { Refusal } from '../refusal.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A submission with an idempotency key. */
export type KeyedSubmission = {
  readonly accountId: string;
  readonly key: string;
  readonly contentHash: Buffer;
  readonly now: Date;
};

/** `running`: a submission with other content uses the key and is not finished. */
export type KeyFound =
  | { readonly state: 'unused' | 'conflict' | 'running' }
  | { readonly state: 'kept'; readonly messageId: string };

/** The result of a reservation. `conflict`: the key was used for other content. */
export type KeyReserved =
  | { readonly state: 'conflict' | 'running' }
  /** The id under which this content is stored: the id of this submission, or of an earlier one with the same content. */
  | { readonly state: 'reserved'; readonly messageId: string };

/** The store of idempotency keys. */
export type SubmissionKeys = {
  /** Looks the key up. Changes nothing. */
  find(submission: KeyedSubmission): Promise<KeyFound>;
  reserve(
    submission: KeyedSubmission & { readonly messageId: string; readonly expiresAt: Date },
  ): Promise<KeyReserved>;
};

type Content = {
  readonly envelope: { readonly rcptTo: readonly string[] };
  readonly options: SubmissionOptions;
  /** The bytes without the fields that Waybill added. */
  readonly source: Buffer;
};

/** The options that are part of the content. Send-At is not, because a repeat may come after its time. */
const wishesOf = ({ idempotencyKey: _key, sendAt: _time, ...wishes }: SubmissionOptions): string =>
  JSON.stringify(Object.entries(wishes).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** The hash of recipients, options and bytes. A repeat of a submission has the same hash. */
export function contentHashOf({ envelope, options, source }: Content): Buffer {
  const recipients = envelope.rcptTo.map(foldedAddress).toSorted();
  return createHash('sha256')
    .update(JSON.stringify([recipients, wishesOf(options)]))
    .update(source)
    .digest();
}

function refuse(state: 'conflict' | 'running', now: Date): never {
  if (state === 'conflict') throw new Refusal('idempotency_conflict');
  throw new Refusal('idempotency_running', { retryAt: new Date(now.getTime() + 1000) });
}

/** The id of the earlier message with this key; `undefined`: there is none. Throws a `Refusal` when its content differs. */
export async function keptBefore(
  keys: SubmissionKeys,
  submission: KeyedSubmission,
): Promise<string | undefined> {
  const found = await keys.find(submission);
  if (found.state === 'kept') return found.messageId;
  return found.state === 'unused' ? undefined : refuse(found.state, submission.now);
}

/** Reserves the key and returns the id under which the message is stored. */
export async function reservedId(
  keys: SubmissionKeys,
  submission: KeyedSubmission,
  messageId: string,
): Promise<string> {
  const expiresAt = new Date(submission.now.getTime() + DAY_MS);
  const reserved = await keys.reserve({ ...submission, messageId, expiresAt });
  return reserved.state === 'reserved' ? reserved.messageId : refuse(reserved.state, submission.now);
}
