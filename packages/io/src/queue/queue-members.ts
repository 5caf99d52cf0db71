import { type QueueName, queueNames } from '@waybill/relay/ports';
import type { Listener } from '../postgres/connection/listener.ts';

/**
 * The processes that consume a queue on PostgreSQL. Each holds a shared advisory lock on the connection that listens, so a process that
 * dies is no member any more. A job belongs to one member by its id, so that one process handles it and none has to ask.
 */
export type QueueMembers = {
  /** Again after each reconnection: the lock is gone with the connection. */
  join(): Promise<void>;
  leave(): Promise<void>;
  /** Another process joined or left. */
  changed(): void;
  /** Resolves once the list is at most a second old. Never rejects. */
  fresh(): Promise<void>;
  isAlone(): boolean;
  isMine(id: string): boolean;
};

/** Payload by which a member reports that it joined or left. */
export const MEMBERS = 'members';

/** First key of the advisory locks; any number, the same in every process. */
const LOCK_CLASS = 728_304_197;
const MAX_AGE_MS = 1_000;

const joinSql = 'SELECT pg_advisory_lock_shared($1, $2), pg_notify($3, $4)';
const leaveSql = 'SELECT pg_advisory_unlock_shared($1, $2), pg_notify($3, $4)';

/** `objsubid` 2 marks locks of two keys. */
const membersSql = `
  SELECT pid = pg_backend_pid() AS "isSelf" FROM pg_locks
  WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ORDER BY pid`;

export function openQueueMembers(listener: Listener, queue: QueueName, channel: string): QueueMembers {
  const lock = [LOCK_CLASS, queueNames.indexOf(queue)];
  let members = { count: 1, self: 0 };
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    readAt = performance.now();
    const rows = await listener.query<{ isSelf: boolean }>(membersSql, lock);
    const self = rows.findIndex(({ isSelf }) => isSelf);
    // A process that lost its lock takes every job until it has joined again: twice is harmless, never is not.
    members = self < 0 ? { count: 1, self: 0 } : { count: rows.length, self };
  };
  const isFresh = (): boolean => (members.count === 1 ? readAt > 0 : performance.now() - readAt < MAX_AGE_MS);

  return {
    async join() {
      await listener.query(joinSql, [...lock, channel, MEMBERS]);
      await read();
    },
    leave: async () => void (await listener.query(leaveSql, [...lock, channel, MEMBERS])),
    changed() {
      readAt = Number.NEGATIVE_INFINITY;
    },
    async fresh() {
      if (reading === undefined && isFresh()) return;
      reading ??= read()
        .catch(() => undefined)
        .finally(() => {
          reading = undefined;
        });
      await reading;
    },
    isAlone: () => members.count === 1,
    isMine: (id) => members.count === 1 || Number.parseInt(id.slice(-6), 16) % members.count === members.self,
  };
}
