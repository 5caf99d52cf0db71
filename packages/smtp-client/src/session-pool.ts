/** Keeps sessions open after a message, so that the next message to the same target needs no new connection. */
import { sendCommand } from './commands.ts';
import { NoSession } from './no-session.ts';
import { openSession, type Session, type SessionSettings } from './session.ts';
import { openSessionQueue, type SessionLimit, type SessionPermit } from './session-queue.ts';
import { destinationOf, keyOf, type Target } from './target.ts';
import { noTranscript, type Transcript } from './transcript.ts';

/** How many sessions stay open, and for how long. Times are milliseconds. */
export type SessionPoolSettings = SessionSettings & {
  /** How long a session may wait for its next message. */
  readonly maxIdleMs: number;
  /** Messages after which a session ends. */
  readonly maxMessages: number;
  /** How many sessions may be open; without it there is no limit. */
  readonly limit?: SessionLimit;
  /** A session to this destination fell idle: no message of this process waits for it. */
  readonly onIdle?: (destination: string) => void;
};

/** Open sessions, reused for further messages to the same target. */
export type SessionPool = {
  /** An idle session to exactly this target, or a new one. Rejects with `NoSession`; its outcome is `no_permit` without a permit. */
  acquire(target: Target, transcript: Transcript): Promise<Session>;
  /** A new session in any case. Rejects like `acquire`. */
  fresh(target: Target, transcript: Transcript): Promise<Session>;
  /** Takes the session back: keeps it when it can be used again, else ends it. Never rejects. */
  release(session: Session): Promise<void>;
  /** Whether a session to the destination (`destinationOf`) is open and idle. */
  hasIdle(destination: string): boolean;
  /**
   * Ends this number of sessions to a destination (`destinationOf`), so that their permits come free: idle ones at once, others when
   * they are released.
   */
  endSessions(destination: string, count: number): void;
  /** Ends the idle sessions, and each other session when it is released. */
  close(): Promise<void>;
};

const onlyResetTime = ({ connection, timeouts }: Session) => ({
  connection,
  transcript: noTranscript,
  timeoutMs: timeouts.resetMs,
});

async function quit(session: Session): Promise<void> {
  try {
    if (session.connection.alive()) await sendCommand(onlyResetTime(session), 'QUIT');
  } catch {
    // The connection ends with or without the reply.
  } finally {
    session.connection.destroy();
  }
}

/** RFC 5321 §4.1.1.5. A session whose RSET fails is not used again; the failure says nothing about any message. */
async function reset(session: Session): Promise<void> {
  try {
    const reply = await sendCommand(onlyResetTime(session), 'RSET');
    session.dirty = reply.code !== 250;
  } catch {
    session.connection.destroy();
  }
}

const isUsable = (session: Session): boolean =>
  session.connection.alive() && session.connection.unexpectedReplies() === 0 && !session.dirty;

/** Opens a session. The permit lasts as long as the connection. */
async function openUnder(
  permit: SessionPermit | undefined,
  settings: SessionPoolSettings,
  { target, transcript }: { readonly target: Target; readonly transcript: Transcript },
): Promise<Session> {
  try {
    const session = await openSession(target, settings, transcript);
    if (permit) session.connection.onEnd(() => permit.release());
    return session;
  } catch (error) {
    permit?.release();
    throw error;
  }
}

function reused(session: Session, transcript: Transcript): Session {
  const { host, address, port } = session.target;
  transcript.note(
    `session to ${host} [${address}] port ${port} reused, message ${session.messages + 1} on it`,
  );
  return session;
}

type Idle = { readonly session: Session; readonly timer: NodeJS.Timeout };

/** The idle sessions, by target. `leave` ends one. */
function openIdleSessions(maxIdleMs: number, leave: (session: Session) => void) {
  const byTarget = new Map<string, readonly Idle[]>();

  const remove = (session: Session): boolean => {
    const key = keyOf(session.target);
    const all = byTarget.get(key) ?? [];
    const rest = all.filter((one) => one.session !== session);
    for (const { timer } of all.filter((one) => one.session === session)) clearTimeout(timer);
    if (rest.length === 0) byTarget.delete(key);
    else byTarget.set(key, rest);
    return rest.length < all.length;
  };

  const end = (session: Session): void => {
    if (remove(session)) leave(session);
  };

  return {
    add(session: Session): void {
      const key = keyOf(session.target);
      const timer = setTimeout(() => end(session), maxIdleMs);
      timer.unref();
      byTarget.set(key, [...(byTarget.get(key) ?? []), { session, timer }]);
    },
    remove,
    /** The one that was used last. */
    take(target: Target): Session | undefined {
      for (const { session } of (byTarget.get(keyOf(target)) ?? []).toReversed()) {
        remove(session);
        if (isUsable(session)) return session;
        session.connection.destroy();
      }
      return undefined;
    },
    has: (which: (target: Target) => boolean): boolean =>
      [...byTarget.values()].some(([first]) => first !== undefined && which(first.session.target)),
    /** Ends at most `count` of those; returns how many it ended. */
    end(which: (target: Target) => boolean, count = Number.POSITIVE_INFINITY): number {
      const found = [...byTarget.values()].flat().filter(({ session }) => which(session.target));
      const ended = found.slice(0, count);
      for (const { session } of ended) end(session);
      return ended.length;
    },
  };
}

/** Opens no connection until a session is asked for. */
export function openSessionPool(settings: SessionPoolSettings): SessionPool {
  const leaving = new Set<Promise<void>>();
  /** Sessions that are to end when they are released, by destination. */
  const surplus = new Map<string, number>();
  let closed = false;

  const leave = (session: Session): void => {
    const left = quit(session).finally(() => leaving.delete(left));
    leaving.add(left);
  };
  const idle = openIdleSessions(settings.maxIdleMs, leave);
  const endIdle = (destination: string, count?: number): number =>
    idle.end((target) => destinationOf(target) === destination, count);
  const queue =
    settings.limit && openSessionQueue(settings.limit, (destination) => void endIdle(destination));

  const open = async (
    target: Target,
    transcript: Transcript,
    permit: SessionPermit | undefined,
  ): Promise<Session> => {
    const session = await openUnder(permit, settings, { target, transcript });
    session.connection.onEnd(() => idle.remove(session));
    return session;
  };

  const get = async (target: Target, transcript: Transcript, takesReleased: boolean): Promise<Session> => {
    if (!queue) return open(target, transcript, undefined);
    const turn = await queue.wait(target, takesReleased);
    if (!turn) throw new NoSession({ kind: 'no_permit' });
    return 'connection' in turn ? reused(turn, transcript) : open(target, transcript, turn);
  };

  const isSurplus = ({ target }: Session): boolean => {
    const destination = destinationOf(target);
    const left = (surplus.get(destination) ?? 0) - 1;
    if (left > 0) surplus.set(destination, left);
    else surplus.delete(destination);
    return left >= 0;
  };

  return {
    fresh: (target, transcript) => get(target, transcript, false),
    async acquire(target, transcript) {
      const session = idle.take(target);
      return session ? reused(session, transcript) : get(target, transcript, true);
    },
    async release(session) {
      const isWorthKeeping =
        !closed &&
        session.messages < settings.maxMessages &&
        session.connection.alive() &&
        !isSurplus(session);
      if (isWorthKeeping && session.dirty) await reset(session);
      if (!isWorthKeeping || closed || !isUsable(session)) leave(session);
      else if (!queue?.give(session)) {
        idle.add(session);
        settings.onIdle?.(destinationOf(session.target));
      }
    },
    hasIdle: (destination) => idle.has((target) => destinationOf(target) === destination),
    endSessions(destination, count) {
      surplus.set(destination, count - endIdle(destination, count));
    },
    async close() {
      closed = true;
      idle.end(() => true);
      await Promise.all(leaving);
    },
  };
}
