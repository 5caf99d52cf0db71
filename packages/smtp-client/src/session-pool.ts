/** Keeps sessions open after a message, so that the next message to the same target needs no new connection. */
import { sendCommand } from './commands.ts';
import { NoSession } from './no-session.ts';
import { openSession, type Session, type SessionSettings } from './session.ts';
import { destinationOf, type Target } from './target.ts';
import { noTranscript, type Transcript } from './transcript.ts';

/** The right to have one more session open. */
export type SessionPermit = { release(): void };

export type SessionPoolSettings = SessionSettings & {
  /** How long a session may wait for its next message. */
  readonly maxIdleMs: number;
  /** Messages after which a session ends. */
  readonly maxMessages: number;
  /**
   * Asked before each new session; `undefined` means no. The pool releases the permit when the session has ended,
   * whichever side ended it. Without `permit` every session may open.
   */
  readonly permit?: ((target: Target) => Promise<SessionPermit | undefined>) | undefined;
};

export type SessionPool = {
  /** An idle session to exactly this target, or a new one. Rejects with `NoSession`; its outcome is `no_permit` without a permit. */
  acquire(target: Target, transcript: Transcript): Promise<Session>;
  /** A new session in any case. Rejects like `acquire`. */
  fresh(target: Target, transcript: Transcript): Promise<Session>;
  /** Takes the session back: keeps it when it can be used again, else ends it. Never rejects. */
  release(session: Session): Promise<void>;
  /** Ends the idle sessions to this destination (`destinationOf`), so that their permits come free. */
  closeIdle(destination: string): void;
  /** Ends the idle sessions, and each other session when it is released. */
  close(): Promise<void>;
};

const keyOf = (target: Target): string =>
  JSON.stringify([
    target.host,
    target.address,
    target.port,
    target.localAddress,
    target.ehloName,
    target.tls,
    target.auth,
  ]);

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

/** Opens a session under a permit, which lasts as long as the connection. */
async function openPermitted(
  settings: SessionPoolSettings,
  target: Target,
  transcript: Transcript,
): Promise<Session> {
  const permit = settings.permit ? await settings.permit(target) : undefined;
  if (settings.permit && !permit) throw new NoSession({ kind: 'no_permit' });
  try {
    const session = await openSession(target, settings, transcript);
    if (permit) session.connection.onEnd(() => permit.release());
    return session;
  } catch (error) {
    permit?.release();
    throw error;
  }
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
    end(which: (target: Target) => boolean): void {
      for (const { session } of [...byTarget.values()].flat()) if (which(session.target)) end(session);
    },
  };
}

/** Opens no connection until a session is asked for. */
export function openSessionPool(settings: SessionPoolSettings): SessionPool {
  const leaving = new Set<Promise<void>>();
  let closed = false;

  const leave = (session: Session): void => {
    const left = quit(session).finally(() => leaving.delete(left));
    leaving.add(left);
  };
  const idle = openIdleSessions(settings.maxIdleMs, leave);

  const fresh: SessionPool['fresh'] = async (target, transcript) => {
    const session = await openPermitted(settings, target, transcript);
    session.connection.onEnd(() => idle.remove(session));
    return session;
  };

  return {
    fresh,
    async acquire(target, transcript) {
      const session = idle.take(target);
      if (!session) return fresh(target, transcript);
      const { host, address, port } = target;
      transcript.note(
        `session to ${host} [${address}] port ${port} reused, message ${session.messages + 1} on it`,
      );
      return session;
    },
    async release(session) {
      const isWorthKeeping = !closed && session.messages < settings.maxMessages && session.connection.alive();
      if (isWorthKeeping && session.dirty) await reset(session);
      if (isWorthKeeping && !closed && isUsable(session)) idle.add(session);
      else leave(session);
    },
    closeIdle: (destination) => idle.end((target) => destinationOf(target) === destination),
    async close() {
      closed = true;
      idle.end(() => true);
      await Promise.all(leaving);
    },
  };
}
