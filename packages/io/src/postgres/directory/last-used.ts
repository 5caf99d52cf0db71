import type { Database } from '../connection/database.ts';

export type UsedKind = 'smtp_credential' | 'api_key';

/** Records when a credential was last used, and from which address. Saved every few seconds; a crash loses the unsaved part. */
export type LastUsed = {
  note(kind: UsedKind, id: string, use: { readonly ip: string; readonly at: Date }): void;
  close(): Promise<void>;
};

const FLUSH_MS = 5_000;

type Use = { readonly ip: string; readonly at: Date };

const saveSql = (table: UsedKind): string => `
  UPDATE ${table} SET last_used_at = used.at, last_used_ip = used.ip
  FROM unnest($1::uuid[], $2::inet[], $3::timestamptz[]) AS used(id, ip, at)
  WHERE ${table}.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`;

export function openLastUsed(database: Database): LastUsed {
  const pending: Record<UsedKind, Map<string, Use>> = { smtp_credential: new Map(), api_key: new Map() };

  const flushKind = async (kind: UsedKind): Promise<void> => {
    // The same order in every process, so that they cannot deadlock.
    const uses = [...pending[kind]].sort(([a], [b]) => (a < b ? -1 : 1));
    pending[kind] = new Map();
    if (uses.length === 0) return;
    await database.pool.query(saveSql(kind), [
      uses.map(([id]) => id),
      uses.map(([, use]) => use.ip),
      uses.map(([, use]) => use.at),
    ]);
  };

  const flush = async (): Promise<void> => {
    // The data is informational: a failure is ignored.
    await Promise.allSettled([flushKind('smtp_credential'), flushKind('api_key')]);
  };

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    note: (kind, id, use) => void pending[kind].set(id, use),
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
