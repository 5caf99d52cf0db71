/** Accepts a submission, for SMTP and HTTP alike, after the session has authenticated the client. No refusal follows a resolved call. */
import type { KeyObject } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import { parseHeaders } from '@waybill/mail/headers';
import type { Account, Stream } from './account.ts';
import { makeId } from './id.ts';
import { limitedIn, loadKeyLimits, maxRecipientsIn } from './limits/limited.ts';
import type { OwnLimits } from './limits/sending-limits.ts';
import type { Note, SubmissionOptions } from './message.ts';
import { firstNo } from './pipeline/pipeline.ts';
import type { GateFacts, Submitted } from './pipeline/stage.ts';
import type {
  AcceptedMessage,
  Credential,
  Directory,
  JobProducer,
  MessageStore,
  SessionFacts,
  SuppressionList,
  Usage,
  Wanted,
} from './ports.ts';
import { Refusal } from './refusal.ts';
import { type NetworkMatch, type Resolution, resolveAccount } from './resolve-account.ts';
import { type Accepted, answerOf, isSandbox } from './submission/accepted.ts';
import { arrivalOf } from './submission/arrival.ts';
import { chooseStream } from './submission/choose-stream.ts';
import { readControlHeaders, stripWaybillHeaders } from './submission/control-headers.ts';
import { readFrom } from './submission/from-header.ts';
import { loadEvidence } from './submission/load-evidence.ts';
import { loadSenders } from './submission/load-senders.ts';
import { withoutMboxLine } from './submission/mbox-line.ts';
import { mergeRecipients } from './submission/merge-recipients.ts';
import { requireModestHeader } from './submission/modest-header.ts';
import { laterOf, scheduledNote, sendAtOf } from './submission/send-at.ts';
import {
  contentHashOf,
  type KeyedSubmission,
  keptBefore,
  reservedId,
  type SubmissionKeys,
} from './submission/submission-key.ts';
import { takeQuota, unlessKept } from './submission/take-quota.ts';

/** A submission of SMTP or HTTP, before acceptance. */
export type Submission = {
  readonly envelope: Envelope;
  /** The bytes of the client, dots unstuffed, lines ending in CRLF, with its `X-Waybill-*` headers. */
  readonly bytes: Buffer;
  readonly session: SessionFacts;
  /** SMTP AUTH or an API key. `credential` is set for SMTP credentials. */
  readonly authenticated:
    | {
        readonly accountId: string;
        /** `undefined`: mail of the product itself, which no client submitted. */
        readonly credentialId: string | undefined;
        readonly credential?: Credential;
      }
    | undefined;
  /** Registered networks that contain the connecting address, found by the session. */
  readonly networks: readonly NetworkMatch[];
  /** Changes that the listener made to the bytes, for the trace. */
  readonly notes?: readonly Note[];
  /** Options of the HTTP body. They take precedence over control headers in the message. */
  readonly options?: SubmissionOptions;
};

/** The ports that acceptance uses. */
export type AcceptPorts = {
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly usage: Usage;
  readonly messages: MessageStore;
  readonly jobs: JobProducer;
  readonly keys: SubmissionKeys;
};

/** Clock, random source, keys and limits of the process that accepts. */
export type AcceptDependencies = {
  readonly now: () => Date;
  /** Returns `size` random bytes. */
  readonly random: (size: number) => Buffer;
  /** MAC keys of `X-Waybill-Account`; the first one is used for new headers. */
  readonly headerKeys: readonly [KeyObject, ...KeyObject[]];
  /** The host name in `Received: … by`. */
  readonly hostName: string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** Called when the enqueue failed after the commit. The message is accepted, and the sweeper enqueues it later. */
  readonly onEnqueueFailure: (error: unknown, messageId: string) => void;
};

/** A parsed submission: control headers read and removed, recipients merged. */
type Read = Submitted & {
  readonly id: string;
  readonly at: Date;
  /** The requested send time, as the client wrote it. */
  readonly sendAtWish: string | undefined;
  readonly notes: readonly Note[];
};

type Owned = Read & {
  readonly account: Account;
  readonly credential: Credential | undefined;
  readonly stream: Stream | undefined;
  readonly resolution: Resolution;
  /** The limits of the SMTP credential or API key. */
  readonly keyLimits: OwnLimits | undefined;
};

const LINE_END = Buffer.from('\r\n');

const endsLine = (bytes: Buffer): Buffer =>
  bytes.length === 0 || bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, LINE_END]);

function readSubmission(
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

/** The account of the submission. A refusal is saved as a discard, so that the operator sees it. */
async function resolve(read: Read, submission: Submission, ports: AcceptPorts): Promise<Resolution> {
  const { authenticated, networks, session } = submission;
  // The listener checks this too: a client needs a login or a registered network. From alone does not authorise it.
  if (!authenticated && networks.length === 0) throw new Refusal('relay_denied');
  const evidence = await loadEvidence(ports.directory, {
    authenticated,
    header: undefined,
    connectingIp: session.clientIp,
    networks,
    from: read.from,
  });
  const resolution = resolveAccount(evidence);
  if (resolution.accountId !== undefined) return resolution;
  await ports.messages.saveDiscard({
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
  throw new Refusal('account_undecided', { detail: read.from.fault ?? `From is ${read.from.address}` });
}

async function own(
  read: Read,
  resolution: Resolution,
  { submission, ports }: { readonly submission: Submission; readonly ports: AcceptPorts },
): Promise<Owned> {
  const accountId = resolution.accountId ?? '';
  const [account, streams] = await Promise.all([
    ports.directory.accountById(accountId),
    ports.directory.streamsOf(accountId),
  ]);
  if (!account) throw new Refusal('temporarily_unavailable');
  if (account.status === 'suspended') throw new Refusal('account_suspended');
  // If the account of the credential was deleted, a later step may name another account. The credential is not used for it.
  const credential = resolution.by === 'auth' ? submission.authenticated?.credential : undefined;
  const wish = { name: read.options.stream, credentialStreamId: credential?.streamId };
  const { stream, notes } = chooseStream(streams, wish);
  const keyLimits = await loadKeyLimits(resolution.credentialId, ports.directory);
  return { ...read, account, credential, stream, resolution, keyLimits, notes: [...read.notes, ...notes] };
}

const loadSuppressed = ({ account, stream, envelope }: Owned, { suppressions }: AcceptPorts) =>
  suppressions.among(account.id, stream?.id, envelope.rcptTo);

async function loadGateFacts(
  owned: Owned,
  ports: AcceptPorts,
  dependencies: AcceptDependencies,
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
type Passed = Owned & { readonly sendAt: Date | undefined };

function acceptedOf(
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

const wantedBy = ({ account, envelope }: Owned, { limited }: GateFacts): Wanted => ({
  accountId: account.id,
  subjects: limited,
  recipients: envelope.rcptTo.map(foldedAddress),
});

/** Not awaited: a queue that hangs must not delay the 250 of a message that is committed. */
function enqueue(message: AcceptedMessage, { jobs }: AcceptPorts, dependencies: AcceptDependencies): void {
  const enqueueing = async (): Promise<void> => jobs.enqueue('accepted', [message.id], message.sendAt);
  enqueueing().catch((error: unknown) => dependencies.onEnqueueFailure(error, message.id));
}

const keyedOf = ({ account, options, ...read }: Owned): KeyedSubmission | undefined =>
  options.idempotencyKey === undefined
    ? undefined
    : {
        accountId: account.id,
        key: options.idempotencyKey,
        contentHash: contentHashOf({ ...read, options }),
        now: read.at,
      };

/**
 * Control headers → strip → resolve → gates → limits → our own fields on top → commit → enqueue.
 * Resolves after the commit; the caller then answers 250 or 202. Rejects with a `Refusal`, or with another error, which is temporary.
 */
export async function accept(
  submission: Submission,
  ports: AcceptPorts,
  dependencies: AcceptDependencies,
): Promise<Accepted> {
  const read = readSubmission(submission, dependencies);
  const resolution = await resolve(read, submission, ports);
  const owned = await own(read, resolution, { submission, ports });
  const keyed = keyedOf(owned);
  // Before the gates: a repeat of an accepted submission gets the same answer and uses no quota.
  const before = keyed && (await keptBefore(ports.keys, keyed));
  if (before !== undefined) {
    const repeated = { ...owned, sendAt: laterOf(owned.sendAtWish, owned.at) };
    return answerOf(repeated, { messageId: before, isRepeat: true }, await loadSuppressed(owned, ports));
  }
  const passed: Passed = { ...owned, sendAt: sendAtOf(owned.sendAtWish, owned.at) };
  const facts = await loadGateFacts(owned, ports, dependencies);
  const no = firstNo(owned, facts);
  if (no) throw new Refusal(no.code, no);
  // After the gates, so that a refused submission uses no quota and no key. When the commit fails the quota stays used, because
  // the commit may have happened.
  const { giveBack, limits } = await takeQuota(ports.usage, wantedBy(owned, facts));
  const id = keyed
    ? await unlessKept(owned.id, giveBack, () => reservedId(ports.keys, keyed, owned.id))
    : owned.id;
  const message = acceptedOf({ ...passed, id }, submission, dependencies);
  await ports.messages.accept(message);
  enqueue(message, ports, dependencies);
  return { ...answerOf(passed, { messageId: id, isRepeat: false }, facts.suppressed), limits };
}
