/** One attempt: host after host, address after address, until somebody takes the message or says no. RFC 5321 §5.1. */
import { broken, type Ending } from './ending.ts';
import { handOver, type Letter } from './hand-over.ts';
import type { Pool } from './pool.ts';
import { addressesOf, type Hop, type RouteDependencies } from './route.ts';
import { NoSession, type Session, type Target } from './session.ts';
import type { TlsMemory } from './tls-memory.ts';
import type { Conversation } from './transcript.ts';
import type { TlsFacts } from './wire/wire.ts';

export type AttemptDependencies = Pick<RouteDependencies, 'resolver' | 'settings'> & {
  readonly pool: Pool;
  readonly tlsMemory: TlsMemory;
};

export type Attempt = {
  readonly letter: Letter;
  readonly conversation: Conversation;
  /** Asks the gates again before MAIL FROM: a delivery may have waited for its session. */
  readonly askAgain: () => Promise<Ending | undefined>;
  readonly markDotSent: () => Promise<boolean>;
  /** False when the lease was lost, or the attempt took so long that another host must wait for the next one. */
  readonly mayGoOn: () => boolean;
};

/** Whom the last conversation was with, and how it ended. */
export type Tried = {
  readonly ending: Ending;
  readonly host?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly tls?: TlsFacts | undefined;
};

// §5.1 asks for at least two; a domain with fifty addresses must not hold a slot for hours.
const MAX_ADDRESSES = 6;

const beforeMail = new Set(['dns', 'connect', 'banner', 'ehlo', 'starttls', 'auth']);

/**
 * Whether the next host may do better: this one was not there, or did not want to talk. A 554 greeting says "no SMTP
 * service here" (RFC 5321 §4.2.3): of the host, not of the message. It stands when no other host is left.
 */
function worthTheNext(ending: Ending): boolean {
  if (ending.kind === 'broken') return beforeMail.has(ending.phase);
  if (ending.kind !== 'replied' || !beforeMail.has(ending.phase)) return false;
  return ending.reply.code < 500 || ending.phase === 'banner';
}

/** Refused, garbled, cut or never answered: without TLS it may work, and that is what we came for. */
const tlsBroke = (ending: Ending): boolean =>
  ending.kind === 'broken' && (ending.phase === 'starttls' || ending.tlsBroke === true);

/** A session that lay idle may have died meanwhile: that says nothing about the message, so a new one is opened. */
const wentStale = (session: Session, ending: Ending): boolean =>
  session.messages > 0 &&
  ((ending.kind === 'broken' && ending.phase === 'mail') ||
    (ending.kind === 'replied' && ending.phase === 'mail' && ending.reply.code === 421));

async function withSession(
  dependencies: AttemptDependencies,
  attempt: Attempt,
  session: Session,
): Promise<Tried> {
  const { host, ip, port } = session.target;
  const ending = await handOver({ ...attempt, session });
  if (ending.kind === 'replied' && ending.reply.code === 421) session.wire.destroy();
  void dependencies.pool.release(session);
  if (!wentStale(session, ending)) return { ending, host, ip, port, tls: session.tls };
  attempt.conversation.note('the reused session had ended; opening a new one');
  return withSession(
    dependencies,
    attempt,
    await dependencies.pool.fresh(session.target, attempt.conversation),
  );
}

async function tryTarget(
  dependencies: AttemptDependencies,
  attempt: Attempt,
  target: Target,
): Promise<Tried> {
  const { host, ip, port } = target;
  try {
    return await withSession(
      dependencies,
      attempt,
      await dependencies.pool.acquire(target, attempt.conversation),
    );
  } catch (error) {
    const ending = error instanceof NoSession ? error.ending : broken('connect', error);
    return { ending, host, ip, port };
  }
}

async function tryAddress(
  dependencies: AttemptDependencies,
  attempt: Attempt,
  target: Target,
): Promise<Tried> {
  const key = `${target.host}:${target.port}`;
  const optional = target.tls === 'opportunistic' && !target.auth;
  if (optional && dependencies.tlsMemory.isBroken(key)) {
    attempt.conversation.note('TLS failed here lately: speaking in clear');
    return tryTarget(dependencies, attempt, { ...target, tls: 'clear' });
  }
  const tried = await tryTarget(dependencies, attempt, target);
  if (!optional || !tlsBroke(tried.ending)) return tried;
  dependencies.tlsMemory.remember(key);
  attempt.conversation.note('TLS failed: trying again in clear');
  return tryTarget(dependencies, attempt, { ...target, tls: 'clear' });
}

type Walk = { left: number; last: Tried };

type Walking = { readonly attempt: Attempt; readonly walk: Walk };

/** `true`: somebody had the last word. */
async function tryAll(
  dependencies: AttemptDependencies,
  { attempt, walk }: Walking,
  targets: readonly Target[],
): Promise<boolean> {
  for (const target of targets) {
    // The first one is always tried: an attempt that reached nobody has learnt nothing about the recipient.
    const isFirst = walk.left === MAX_ADDRESSES;
    if (walk.left === 0 || (!isFirst && !attempt.mayGoOn())) return true;
    walk.left -= 1;
    walk.last = await tryAddress(dependencies, attempt, target);
    if (!worthTheNext(walk.last.ending)) return true;
  }
  return false;
}

async function tryHop(dependencies: AttemptDependencies, walking: Walking, hop: Hop): Promise<boolean> {
  const { attempt, walk } = walking;
  const found = await attempt.conversation.timed('dns', () => addressesOf(dependencies, hop));
  if ('ips' in found)
    return tryAll(
      dependencies,
      walking,
      found.ips.map((ip) => ({ ...hop, ip })),
    );
  attempt.conversation.note('text' in found.ending ? found.ending.text : 'no address');
  // A host without address must not outweigh one that was there and said "later".
  if (walk.last.ending.kind === 'unable') walk.last = { ending: found.ending, host: hop.host };
  return false;
}

const nowhere: Ending = {
  kind: 'unable',
  outcome: 'bounced',
  status: '5.1.2',
  text: 'the domain has no host that takes mail',
};

/** Never rejects: every way out is an ending, and every ending has a host when one was reached. */
export async function tryHops(
  dependencies: AttemptDependencies,
  attempt: Attempt,
  hops: readonly Hop[],
): Promise<Tried> {
  const walk: Walk = { left: MAX_ADDRESSES, last: { ending: nowhere } };
  for (const hop of hops) {
    if (await tryHop(dependencies, { attempt, walk }, hop)) break;
  }
  return walk.last;
}
