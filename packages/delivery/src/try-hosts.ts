/** The transaction of an attempt: host after host, address after address, until a server takes the message or refuses it. RFC 5321 §5.1. */
import { NoSession } from '@waybill/smtp-client/no-session';
import type { Session } from '@waybill/smtp-client/session';
import type { SessionPool } from '@waybill/smtp-client/session-pool';
import { broken, type SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import { destinationOf, type Target } from '@waybill/smtp-client/target';
import type { TlsFacts } from '@waybill/smtp-client/tls-handshake';
import { type OutgoingMessage, transact } from '@waybill/smtp-client/transaction';
import type { Transcript } from '@waybill/smtp-client/transcript';
import type { Stopping } from './gates.ts';
import { type AddressDependencies, addressesOf, type Hop } from './routes/hop.ts';
import type { TlsMemory } from './tls-memory.ts';

/** How the transaction of an attempt ended, before it is classified, or the gate that stopped it. */
type HostOutcome = SmtpOutcome<Stopping>;

export type HostDependencies = AddressDependencies & {
  readonly pool: SessionPool;
  readonly tlsMemory: TlsMemory;
};

/** One message to one recipient, and what the transaction must ask on its way. */
export type PlannedTransaction = {
  readonly outgoing: OutgoingMessage;
  readonly transcript: Transcript;
  /** The same message for a server without 8BITMIME, or why there is none. RFC 6152 §3. */
  readonly inSevenBits: () => Promise<OutgoingMessage | { readonly outcome: HostOutcome }>;
  /** Asks the gates again before MAIL FROM: a delivery may have waited for its session. */
  readonly beforeMail: () => Promise<HostOutcome | undefined>;
  readonly beforeDot: () => Promise<boolean>;
  /** False when the lease was lost, or the attempt took so long that another host must wait for the next one. */
  readonly mayGoOn: () => boolean;
};

/** The server of the last transaction, and how that ended. */
export type AttemptRecord = {
  readonly outcome: HostOutcome;
  readonly host?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly tls?: TlsFacts | undefined;
  /** The destination (`destinationOf`) that had no session free. */
  readonly refusedBy?: string;
};

// §5.1 asks for at least two; a domain with fifty addresses must not hold a session for hours.
const MAX_ADDRESSES = 6;

const phasesBeforeMail = new Set(['dns', 'connect', 'banner', 'ehlo', 'starttls', 'auth']);

/**
 * Whether the next host may do better: this one was not there, or did not want to talk. A 554 greeting says "no SMTP
 * service here" (RFC 5321 §4.2.3): of the host, not of the message. It stands when no other host is left.
 */
function worthTheNext(outcome: HostOutcome): boolean {
  if (outcome.kind === 'broken') return phasesBeforeMail.has(outcome.phase);
  if (outcome.kind !== 'replied' || !phasesBeforeMail.has(outcome.phase)) return false;
  return outcome.reply.code < 500 || outcome.phase === 'banner';
}

/** Refused, garbled, cut or never answered: without TLS it may work, and that is what we came for. */
const tlsFailed = (outcome: HostOutcome): boolean =>
  outcome.kind === 'broken' && (outcome.phase === 'starttls' || outcome.tlsFailed === true);

/** A session that lay idle may have died meanwhile: that says nothing about the message, so a new one is opened. */
const wentStale = (session: Session, outcome: HostOutcome): boolean =>
  session.messages > 0 &&
  ((outcome.kind === 'broken' && outcome.phase === 'mail') ||
    (outcome.kind === 'replied' && outcome.phase === 'mail' && outcome.reply.code === 421));

const lacksEightBit = (outcome: HostOutcome): boolean =>
  outcome.kind === 'unable' && outcome.lacks === '8BITMIME';

async function withSession(
  dependencies: HostDependencies,
  attempt: PlannedTransaction,
  session: Session,
): Promise<AttemptRecord> {
  const { host, address: ip, port } = session.target;
  const outcome = await transact({ ...attempt, session });
  // No MAIL was sent, so the session goes on with the message as 7-bit.
  if (lacksEightBit(outcome)) {
    const sevenBit = await attempt.inSevenBits();
    // Once only: what is still 8-bit then cannot be sent.
    const once = { ...attempt, inSevenBits: async () => ({ outcome }) };
    if (!('outcome' in sevenBit)) return withSession(dependencies, { ...once, outgoing: sevenBit }, session);
    void dependencies.pool.release(session);
    return { outcome: sevenBit.outcome, host, ip, port, tls: session.tls };
  }
  if (outcome.kind === 'replied' && outcome.reply.code === 421) session.connection.destroy();
  void dependencies.pool.release(session);
  if (!wentStale(session, outcome)) return { outcome, host, ip, port, tls: session.tls };
  attempt.transcript.note('the reused session had ended; opening a new one');
  return withSession(
    dependencies,
    attempt,
    await dependencies.pool.fresh(session.target, attempt.transcript),
  );
}

async function tryTarget(
  dependencies: HostDependencies,
  attempt: PlannedTransaction,
  target: Target,
): Promise<AttemptRecord> {
  const { host, address: ip, port } = target;
  try {
    return await withSession(
      dependencies,
      attempt,
      await dependencies.pool.acquire(target, attempt.transcript),
    );
  } catch (error) {
    const outcome = error instanceof NoSession ? error.outcome : broken('connect', error);
    const refused = outcome.kind === 'no_permit' ? { refusedBy: destinationOf(target) } : {};
    return { outcome, host, ip, port, ...refused };
  }
}

async function tryAddress(
  dependencies: HostDependencies,
  attempt: PlannedTransaction,
  target: Target,
): Promise<AttemptRecord> {
  const key = `${target.host}:${target.port}`;
  const optional = target.tls.kind === 'opportunistic' && !target.auth;
  if (optional && dependencies.tlsMemory.isBroken(key)) {
    attempt.transcript.note('TLS failed here lately: speaking in clear');
    return tryTarget(dependencies, attempt, { ...target, tls: { kind: 'none' } });
  }
  const record = await tryTarget(dependencies, attempt, target);
  if (!optional || !tlsFailed(record.outcome)) return record;
  dependencies.tlsMemory.remember(key);
  attempt.transcript.note('TLS failed: trying again in clear');
  return tryTarget(dependencies, attempt, { ...target, tls: { kind: 'none' } });
}

type Walk = { left: number; last: AttemptRecord };

type Walking = { readonly attempt: PlannedTransaction; readonly walk: Walk };

/** `true`: a server gave a final reply. */
async function tryAll(
  dependencies: HostDependencies,
  { attempt, walk }: Walking,
  targets: readonly Target[],
): Promise<boolean> {
  for (const target of targets) {
    // The first one is always tried: an attempt that reached no server has no result for the recipient.
    const isFirst = walk.left === MAX_ADDRESSES;
    if (walk.left === 0 || (!isFirst && !attempt.mayGoOn())) return true;
    walk.left -= 1;
    const record = await tryAddress(dependencies, attempt, target);
    // What the hosts before it said counts more than that this one had no permit left.
    if (record.outcome.kind === 'no_permit' && !isFirst) return true;
    walk.last = record;
    if (!worthTheNext(walk.last.outcome)) return true;
  }
  return false;
}

async function tryHop(dependencies: HostDependencies, walking: Walking, hop: Hop): Promise<boolean> {
  const { attempt, walk } = walking;
  const found = await attempt.transcript.timed('dns', () => addressesOf(dependencies, hop));
  if ('ips' in found)
    return tryAll(
      dependencies,
      walking,
      found.ips.map((ip) => ({ ...hop, address: ip })),
    );
  attempt.transcript.note('text' in found.outcome ? found.outcome.text : 'no address');
  // A host without address must not outweigh one that was there and said "later".
  if (walk.last.outcome.kind === 'unable') walk.last = { outcome: found.outcome, host: hop.host };
  return false;
}

const nowhere: HostOutcome = {
  kind: 'unable',
  outcome: 'bounced',
  status: '5.1.2',
  text: 'the domain has no host that takes mail',
};

/** Never rejects: every way out is an ending, and every ending has a host when one was reached. */
export async function tryHops(
  dependencies: HostDependencies,
  attempt: PlannedTransaction,
  hops: readonly Hop[],
): Promise<AttemptRecord> {
  const walk: Walk = { left: MAX_ADDRESSES, last: { outcome: nowhere } };
  for (const hop of hops) {
    if (await tryHop(dependencies, { attempt, walk }, hop)) break;
  }
  return walk.last;
}
