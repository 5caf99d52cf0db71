import type { Database } from '../connection/database.ts';
import type { Listener } from '../connection/listener.ts';

/** Set by the triggers of the first migration; the payload is the table. */
const CHANNEL = 'waybill_settings_changed';
const TABLE = 'smtp_credential';

const sql = 'SELECT EXISTS (SELECT FROM smtp_credential WHERE cram_md5 AND revoked_at IS NULL) AS used';

/** Whether any live credential has CRAM-MD5 on. `true` until PostgreSQL has answered. */
export type CramMd5InUse = { current(): boolean; close(): void };

export function openCramMd5InUse(database: Database, listener: Listener): CramMd5InUse {
  let used = true;
  const ask = async (): Promise<void> => {
    const { rows } = await database.pool.query<{ used: boolean }>(sql);
    used = rows[0]?.used ?? true;
  };
  // A failure keeps the last answer. The listener asks again when the connection is restored.
  const refresh = (): void => void ask().catch(() => undefined);
  const stop = listener.on(CHANNEL, (payload) => {
    if (payload === undefined || payload === TABLE) refresh();
  });
  refresh();
  return { current: () => used, close: stop };
}
