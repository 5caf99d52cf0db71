/** Sends a message again as a new one, linked to the old. `retry` is for the same message. */
import { type HeaderField, parseHeaders } from '@waybill/mail/headers';
import { publicId } from '../id.ts';
import type { SubmissionOptions } from '../message.ts';
import type { AcceptedMessage } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import type { Accepted } from '../submission/accepted.ts';
import type { Submission } from '../submission/submission.ts';
import { type AuditPorts, audit, type Caller } from './audit.ts';
import { found } from './found.ts';
import { accountOf } from './principal.ts';
import type { StreamRecord } from './records.ts';
import type { Submitter } from './submitter.ts';

/** A message as it was submitted. `bytes`: `undefined` when retention removed them. */
export type SubmittedMessage = Pick<AcceptedMessage, 'envelope' | 'options' | 'streamId'> & {
  readonly bytes: Buffer | undefined;
};

export type ResendPorts = AuditPorts & {
  readonly stores: {
    readonly messages: { submitted(accountId: string, id: string): Promise<SubmittedMessage | undefined> };
    readonly streams: { list(accountId: string): Promise<readonly StreamRecord[]> };
  };
  readonly accept: (submission: Submission) => Promise<Accepted>;
};

/** The new message gets its own: a receiver may drop a message whose Message-ID it has seen. */
const ofTheOldOne: ReadonlySet<string> = new Set(['date', 'message-id', 'x-waybill-account']);

/** Without the fields that acceptance wrote, of which `Received` is the topmost one. */
function withoutOldFields(bytes: Buffer): Buffer {
  const { fields, end } = parseHeaders(bytes);
  const ownReceived = fields.find(({ key }) => key === 'received');
  const isKept = (field: HeaderField): boolean => field !== ownReceived && !ofTheOldOne.has(field.key);
  return Buffer.concat([...fields.filter(isKept).map(({ raw }) => raw), bytes.subarray(end)]);
}

/** The same wishes, except those for the old message alone. */
function optionsOf({ options, streamId }: SubmittedMessage, streams: readonly StreamRecord[]) {
  const { idempotencyKey: _, sendAt: __, ...same } = options;
  const stream = streams.find(({ id }) => id === streamId)?.name;
  return (stream === undefined ? same : { ...same, stream }) satisfies SubmissionOptions;
}

export type AskedResend = Pick<Submission, 'session'> & {
  readonly id: string;
  readonly submitter: Submitter;
};

export async function resendMessage(
  { id, session, submitter }: AskedResend,
  caller: Caller,
  ports: ResendPorts,
): Promise<Accepted> {
  const accountId = accountOf(caller);
  const old = found(await ports.stores.messages.submitted(accountId, id));
  if (old.bytes === undefined)
    throw new Refusal('conflict', { detail: 'retention has removed the bytes of this message' });
  const options = optionsOf(old, await ports.stores.streams.list(accountId));
  const target = publicId('msg', id);
  const accepted = await ports.accept({
    envelope: old.envelope,
    bytes: withoutOldFields(old.bytes),
    session,
    authenticated: { accountId, ...submitter },
    networks: [],
    notes: [{ step: 'resend', what: 'sent again on request', detail: { message_id: target } }],
    options: { ...options, resentFrom: id },
  });
  const after = { id: publicId('msg', accepted.messageId) };
  await audit(caller, { action: 'message.resent', target, after }, ports);
  return accepted;
}
