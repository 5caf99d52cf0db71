/** Checks whether the master key is the one that this database was made with. */
import { timingSafeEqual } from 'node:crypto';
import { deriveKeys } from '../../secrets/keys.ts';
import { openSecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { secretContexts } from '../directory/secret-context.ts';

const oldestKeySql = 'SELECT id, private_key_box FROM dkim_key ORDER BY id LIMIT 1';

/** For a database without a check value: whether the key decrypts the oldest secret. */
async function opensOldestSecret({ pool }: Database, masterKey: Buffer): Promise<boolean> {
  const { rows } = await pool.query<{ id: string; private_key_box: Buffer }>(oldestKeySql);
  const [oldest] = rows;
  if (oldest === undefined) return true;
  try {
    openSecretBox(masterKey).open(oldest.private_key_box, secretContexts.dkimPrivateKey(oldest.id));
    return true;
  } catch {
    return false;
  }
}

/** Changes nothing. A database without a key accepts any key. */
export async function isMasterKeyOf(database: Database, masterKey: Buffer): Promise<boolean> {
  const { rows } = await database.pool.query<{ master_key_check: Buffer }>(
    'SELECT master_key_check FROM installation',
  );
  const known = rows[0]?.master_key_check;
  if (known === undefined) return opensOldestSecret(database, masterKey);
  const { check } = deriveKeys(masterKey);
  return known.length === check.length && timingSafeEqual(known, check);
}

export const wrongMasterKey =
  'The master key is not the one of this database: what is encrypted in it cannot be read, and links and return paths that are out in mail would not work.';
export const howToMendMasterKey =
  'Set WAYBILL_MASTER_KEY (or WAYBILL_MASTER_KEY_FILE) to the key that this database was first started with, or DATABASE_URL to the database of this key.';

/** Saves a check value on the first start. Throws when the database was made with another key. */
export async function requireMasterKeyOf(database: Database, masterKey: Buffer): Promise<void> {
  const isKnownSecret = await isMasterKeyOf(database, masterKey);
  if (isKnownSecret)
    await database.pool.query(
      'INSERT INTO installation (master_key_check) VALUES ($1) ON CONFLICT (id) DO NOTHING',
      [deriveKeys(masterKey).check],
    );
  // Checked again, because another process may have saved another key first.
  if (!isKnownSecret || !(await isMasterKeyOf(database, masterKey)))
    throw new Error(`${wrongMasterKey} ${howToMendMasterKey}`);
}
