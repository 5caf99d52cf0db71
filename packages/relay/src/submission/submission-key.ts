/**
 * `X-Waybill-Idempotency-Key`: the same message handed over twice is one message. docs/api.md §1. Whoever does not use a key
 * pays nothing. The key stands for the id of its message: that is what makes two sessions at once keep one message, since
 * an id is kept once, and what makes a process that died in between harmless.
 */
import { createHash } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import type { SubmissionOptions } from '../message.ts';
import { Refusal } from '../refusal.ts';

const DAY_MS = 24 * 60 * 60_000;

export type KeyedSubmission = {
  readonly accountId: string;
  readonly key: string;
  readonly contentHash: Buffer;
  readonly now: Date;
};

/** `running`: another content holds the key, and whether it will be kept is not known yet. */
export type KeyFound =
  | { readonly state: 'unused' | 'conflict' | 'running' }
  | { readonly state: 'kept'; readonly messageId: string };

export type KeyReserved =
  | { readonly state: 'conflict' | 'running' }
  /** The id under which this content is to be kept: ours, or that of whoever came first with the same. */
  | { readonly state: 'reserved'; readonly messageId: string };

export type SubmissionKeys = {
  /** What became of this key. Changes nothing. */
  find(submission: KeyedSubmission): Promise<KeyFound>;
  reserve(
    submission: KeyedSubmission & { readonly messageId: string; readonly expiresAt: Date },
  ): Promise<KeyReserved>;
};

type Content = {
  readonly envelope: { readonly rcptTo: readonly string[] };
  readonly options: SubmissionOptions;
  /** The bytes without our own fields. */
  readonly source: Buffer;
};

/** The time of Send-At is left out: what has passed since is forgotten, and would make another content of it. */
const wishesOf = ({ idempotencyKey: _key, sendAt: _time, ...wishes }: SubmissionOptions): string =>
  JSON.stringify(Object.entries(wishes).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** To whom, what was asked for, and the bytes: what must be equal for a submission to be the same one again. */
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

/** The id of the message that this key was used for before, or `undefined`. Refuses when that was another message. */
export async function keptBefore(
  keys: SubmissionKeys,
  submission: KeyedSubmission,
): Promise<string | undefined> {
  const found = await keys.find(submission);
  if (found.state === 'kept') return found.messageId;
  return found.state === 'unused' ? undefined : refuse(found.state, submission.now);
}

/** The id to keep this message under. */
export async function reservedId(
  keys: SubmissionKeys,
  submission: KeyedSubmission,
  messageId: string,
): Promise<string> {
  const expiresAt = new Date(submission.now.getTime() + DAY_MS);
  const reserved = await keys.reserve({ ...submission, messageId, expiresAt });
  return reserved.state === 'reserved' ? reserved.messageId : refuse(reserved.state, submission.now);
}
