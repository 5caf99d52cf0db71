/** What acceptance learns of a submission before it stores anything: its control headers, its account, and the facts for the gates. */
import { parseHeaders } from '@waybill/mail/headers';
import type { Account, Stream } from '../account.ts';
import { makeId } from '../id.ts';
import { limitedIn, loadKeyLimits, maxRecipientsIn } from '../limits/limited.ts';
import type { OwnLimits } from '../limits/sending-limits.ts';
import type { Note } from '../message.ts';
import type { GateFacts, Submitted } from '../pipeline/stage.ts';
import type { AcceptedMessage, Discard, SubmissionRights } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { requireActiveAccount } from '../require-active.ts';
import { type Evidence, type Resolution, resolveAccount } from '../resolve-account.ts';
import { isSandbox } from './accepted.ts';
import { arrivalOf } from './arrival.ts';
import { chooseStream } from './choose-stream.ts';
import { readControlHeaders, stripWaybillHeaders } from './control-headers.ts';
import { readFrom } from './from-header.ts';
import { loadEvidence } from './load-evidence.ts';
import { loadSenders } from './load-senders.ts';
import { withoutMboxLine } from './mbox-line.ts';
import { mergeRecipients } from './merge-recipients.ts';
import { requireModestHeader } from './modest-header.ts';
import { scheduledNote } from './send-at.ts';
import type { AcceptDependencies, AcceptPorts, Submission } from './submission.ts';

type LookUpPorts = Pick<AcceptPorts, 'directory' | 'suppressions'>;

/** A parsed submission: control headers read and removed, recipients merged. */
export type Read = Submitted & {
  readonly id: string;
  readonly at: Date;
  /** The requested send time, as the client wrote it. */
  readonly sendAtWish: string | undefined;
  readonly notes: readonly Note[];
};

export type Owned = Read & {
  readonly account: Account;
  readonly credential: SubmissionRights | undefined;
  readonly stream: Stream | undefined;
  readonly resolution: Resolution;
  /** The limits of the SMTP credential or API key. */
  readonly keyLimits: OwnLimits | undefined;
};

const LINE_END = Buffer.from('\r\n');

const endsLine = (bytes: Buffer): Buffer =>
  bytes.length === 0 || bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, LINE_END]);

export function readSubmission(
  { bytes, envelope, options, notes: before = [] }: Submission,
  dependencies: AcceptDependencies,
): Read {
  requireModestHeader(bytes);
  const at = dependencies.now();
  const mail = withoutMboxLine(bytes);
  const written = parseHeaders(mail.bytes).fields;
  const control = readControlHeaders(written);
  const source = endsLine(stripWaybillHeaders(mail.bytes, written));
  const fields = source === mail.bytes ? written : parseHeaders(source).fields;
  const { sendAt: sendAtWish, ...wishes } = { ...control.options, ...options };
  const merged = mergeRecipients(envelope);
  return {
    id: makeId(at, dependencies.random(10)),
    at,
    source,
    fields,
    envelope: merged.envelope,
    options: wishes,
    from: readFrom(fields),
    sendAtWish,
    notes: [...before, ...mail.notes, ...control.notes, ...merged.notes],
  };
}

export type Decided = { readonly evidence: Evidence; readonly resolution: Resolution };

/** The account of the submission, from the evidence of its session. */
export async function decideAccount(
  read: Read,
  submission: Submission,
  { directory }: Pick<AcceptPorts, 'directory'>,
): Promise<Decided> {
  const { authenticated, networks, session } = submission;
  // The listener checks this too: a client needs a login or a registered network. From alone does not authorise it.
  if (!authenticated && networks.length === 0) throw new Refusal('relay_denied');
  const evidence = await loadEvidence(directory, {
    authenticated,
    header: undefined,
    connectingIp: session.clientIp,
    networks,
    from: read.from,
  });
  return { evidence, resolution: resolveAccount(evidence) };
}

/** The discard of a submission that no account owns. */
export const discardOfSession = (
  read: Read,
  { evidence, resolution }: Decided,
  { session }: Submission,
): Discard => ({
  id: read.id,
  messageId: undefined,
  stage: 'session',
  resolution,
  evidence: {
    ...evidence,
    liveAccounts: [...evidence.liveAccounts],
    session,
    mailFrom: read.envelope.mailFrom,
  },
  occurredAt: read.at,
});

export async function own(
  read: Read,
  resolution: Resolution,
  { submission, ports }: { readonly submission: Submission; readonly ports: LookUpPorts },
): Promise<Owned> {
  const accountId = resolution.accountId ?? '';
  const [account, streams] = await Promise.all([
    ports.directory.accountById(accountId),
    ports.directory.streamsOf(accountId),
  ]);
  if (!account) throw new Refusal('temporarily_unavailable');
  requireActiveAccount(account);
  // If the account of the credential was deleted, a later step may name another account. The credential is not used for it.
  const credential = resolution.by === 'auth' ? submission.authenticated?.credential : undefined;
  const wish = { name: read.options.stream, credentialStreamId: credential?.streamId };
  const { stream, notes } = chooseStream(streams, wish);
  const keyLimits = await loadKeyLimits(resolution.credentialId, ports.directory);
  return { ...read, account, credential, stream, resolution, keyLimits, notes: [...read.notes, ...notes] };
}

export const loadSuppressed = ({ account, stream, envelope }: Owned, { suppressions }: LookUpPorts) =>
  suppressions.among(account.id, stream?.id, envelope.rcptTo);

export async function loadGateFacts(
  owned: Owned,
  ports: LookUpPorts,
  dependencies: Pick<AcceptDependencies, 'maxMessageBytes' | 'maxRecipients' | 'hostName'>,
): Promise<GateFacts> {
  const { account, credential, envelope, from, stream, resolution, keyLimits } = owned;
  const [senders, suppressed] = await Promise.all([
    loadSenders(ports.directory, {
      accountId: account.id,
      credential,
      addresses: [from.address, envelope.mailFrom],
    }),
    loadSuppressed(owned, ports),
  ]);
  const limiting = { account, stream, key: { id: resolution.credentialId, limits: keyLimits } };
  return {
    account,
    senders,
    suppressed,
    size: {
      maxMessageBytes: account.maxMessageBytes ?? dependencies.maxMessageBytes,
      maxRecipients: maxRecipientsIn(limiting, dependencies.maxRecipients),
    },
    limited: limitedIn(limiting),
    hostName: dependencies.hostName,
  };
}

/** A message that passed the gates, with its earliest send time. */
export type Passed = Owned & { readonly sendAt: Date | undefined };

export function acceptedOf(
  owned: Passed,
  { session }: Submission,
  dependencies: AcceptDependencies,
): AcceptedMessage {
  const { id, account, credential, resolution, at } = owned;
  const arrival = arrivalOf(owned, session, dependencies);
  return {
    id,
    accountId: account.id,
    credentialId: resolution.credentialId,
    streamId: owned.stream?.id,
    envelope: owned.envelope,
    bytes: Buffer.concat([...arrival.fields.map(({ raw }) => raw), owned.source]),
    options: credential?.sandbox === true ? { ...owned.options, sandbox: true } : owned.options,
    session,
    resolution,
    notes: [...owned.notes, ...(owned.sendAt ? [scheduledNote(owned.sendAt)] : [])],
    ...arrival.summary,
    sandbox: isSandbox(owned),
    acceptedAt: at,
    sendAt: owned.sendAt,
  };
}
