/** Sessions that have handed over mail and may hand over more: idle and clean ones only. */
import { command, openSession, type Session, type SessionSettings, type Target } from './session.ts';
import type { Transcript } from './transcript.ts';

export type SessionPoolSettings = SessionSettings & {
  readonly maxIdleMs: number;
  readonly maxMessages: number;
};

export type SessionPool = {
  /** An idle session to exactly this target, or a new one. Rejects with `NoSession`. */
  acquire(target: Target, transcript: Transcript): Promise<Session>;
  /** A new session in any case. */
  fresh(target: Target, transcript: Transcript): Promise<Session>;
  /** Takes it back when it can be used again, ends it when not. Never rejects. */
  release(session: Session): Promise<void>;
  close(): Promise<void>;
};

const keyOf = ({ host, ip, port, tls, auth }: Target): string =>
  [host, ip, port, tls, auth?.username ?? '', auth?.password ?? ''].join('\0');

const silent: Transcript = {
  client: () => undefined,
  server: () => undefined,
  note: () => undefined,
  timed: (_, run) => run(),
  lines: () => [],
  timings: () => ({}),
};

async function quit(session: Session): Promise<void> {
  const { connection, timeouts } = session;
  try {
    if (connection.alive())
      await command({ connection, transcript: silent, timeoutMs: timeouts.resetMs }, 'QUIT');
  } catch {
    // Politeness only: the connection ends either way.
  } finally {
    connection.destroy();
  }
}

/** RFC 5321 §4.1.1.5. What cannot be reset is not used again; it says nothing about any message. */
async function reset(session: Session): Promise<void> {
  const { connection, timeouts } = session;
  try {
    const reply = await command({ connection, transcript: silent, timeoutMs: timeouts.resetMs }, 'RSET');
    session.dirty = reply.code !== 250;
  } catch {
    connection.destroy();
  }
}

const usable = (session: Session): boolean =>
  session.connection.alive() && session.connection.unexpectedReplies() === 0 && !session.dirty;

type Idle = { readonly session: Session; readonly timer: NodeJS.Timeout };

export function openSessionPool(settings: SessionPoolSettings): SessionPool {
  const idle = new Map<string, Idle[]>();
  const leaving = new Set<Promise<void>>();
  let closed = false;

  const leave = (session: Session): void => {
    const left = quit(session).finally(() => leaving.delete(left));
    leaving.add(left);
  };

  const remove = (key: string, session: Session): void => {
    const rest = (idle.get(key) ?? []).filter((one) => one.session !== session);
    if (rest.length === 0) idle.delete(key);
    else idle.set(key, rest);
  };

  const takeIdle = (key: string): Session | undefined => {
    for (let one = idle.get(key)?.pop(); one; one = idle.get(key)?.pop()) {
      clearTimeout(one.timer);
      if (usable(one.session)) return one.session;
      one.session.connection.destroy();
    }
    idle.delete(key);
    return undefined;
  };

  const keep = (session: Session): void => {
    const key = keyOf(session.target);
    const timer = setTimeout(() => {
      remove(key, session);
      leave(session);
    }, settings.maxIdleMs);
    timer.unref();
    idle.set(key, [...(idle.get(key) ?? []), { session, timer }]);
  };

  const fresh: SessionPool['fresh'] = (target, transcript) => openSession(target, settings, transcript);

  return {
    fresh,
    async acquire(target, transcript) {
      const session = takeIdle(keyOf(target));
      if (!session) return fresh(target, transcript);
      transcript.note(
        `session to ${target.host} [${target.ip}] port ${target.port} reused, message ${session.messages + 1} on it`,
      );
      return session;
    },
    async release(session) {
      const worthKeeping = !closed && session.messages < settings.maxMessages && session.connection.alive();
      if (worthKeeping && session.dirty) await reset(session);
      if (worthKeeping && usable(session)) keep(session);
      else leave(session);
    },
    async close() {
      closed = true;
      for (const { session, timer } of [...idle.values()].flat()) {
        clearTimeout(timer);
        leave(session);
      }
      idle.clear();
      await Promise.all(leaving);
    },
  };
}
