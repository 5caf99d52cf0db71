import type { OwnLimits } from '@waybill/relay/limits/sending-limits';
import type { ApiKeyRecord, NewApiKey, Revocation } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { type AccountId, ownedBy, type Page, readAs } from '../connection/tenant.ts';
import { revokeOperatorKey } from './operator-keys.ts';
import { revocationColumns } from './revocation.ts';

const columns =
  'id, account_id, kind, name, scopes, limits, created_at, expires_at, last_used_at, last_used_ip';

const createSql = `
  INSERT INTO api_key (account_id, id, kind, name, secret_hash, scopes, expires_at, created_at, limits)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${columns}`;

const byIdSql = `
  SELECT ${columns}, secret_hash FROM api_key k
  WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
    AND (account_id IS NULL OR EXISTS (SELECT FROM account a WHERE a.id = k.account_id AND a.deleted_at IS NULL))`;

export const apiKeys = (database: Database) => ({
  async create(key: NewApiKey): Promise<ApiKeyRecord> {
    const { accountId, id, kind, name, secretHash, scopes, expiresAt, createdAt, limits = {} } = key;
    const values = [accountId, id, kind, name, secretHash, scopes, expiresAt, createdAt, limits];
    const [row] = await readAs<ApiKeyRecord>(database, accountId, { text: createSql, values });
    return row as ApiKeyRecord;
  },

  /** Keys that are not revoked, newest first. `undefined`: keys of the operator. */
  async list(accountId: AccountId, { limit, after }: Page): Promise<readonly ApiKeyRecord[]> {
    const text = `
      SELECT ${columns} FROM api_key
      WHERE ${ownedBy(accountId)} AND revoked_at IS NULL AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;
    return readAs(database, accountId, { text, values: [accountId, after, limit] });
  },

  async one(accountId: AccountId, id: string): Promise<ApiKeyRecord | undefined> {
    const text = `SELECT ${columns} FROM api_key WHERE ${ownedBy(accountId)} AND id = $2 AND revoked_at IS NULL`;
    return (await readAs<ApiKeyRecord>(database, accountId, { text, values: [accountId, id] }))[0];
  },

  async limit(accountId: string, id: string, limits: OwnLimits): Promise<ApiKeyRecord | undefined> {
    const text = `
      UPDATE api_key SET limits = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${columns}`;
    return (await readAs<ApiKeyRecord>(database, accountId, { text, values: [accountId, id, limits] }))[0];
  },

  async revoke(accountId: AccountId, id: string, revocation: Revocation): Promise<boolean> {
    const { revokedAt, pendingMail } = revocationColumns(revocation);
    const text = `
      UPDATE api_key SET revoked_at = $3, pending_mail = $4
      WHERE ${ownedBy(accountId)} AND id = $2 AND revoked_at IS NULL RETURNING id`;
    const values = [accountId, id, revokedAt, pendingMail];
    return (await readAs(database, accountId, { text, values })).length > 0;
  },

  /** Revokes a key of the operator, but not the last valid one. */
  revokeOperators: (id: string, at: Date) => revokeOperatorKey(database, id, at),

  /** For authentication: only valid keys of existing accounts. The caller compares the hash in constant time. */
  async byId(id: string, now: Date): Promise<(ApiKeyRecord & { readonly secretHash: Buffer }) | undefined> {
    const { rows } = await database.pool.query(byIdSql, [id, now]);
    return rows[0] && fromRow(rows[0]);
  },
});
