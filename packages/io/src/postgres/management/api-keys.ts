import type { ApiKeyRecord, ApiKeySettings, NewApiKey, Revocation } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import {
  type AccountId,
  beyondCursor,
  cursorOf,
  ownedBy,
  readAs,
  type TwoWayPage,
} from '../connection/tenant.ts';
import { revokeOperatorKey } from './operator-keys.ts';
import { revocationColumns } from './revocation.ts';

const columns = `id, account_id, kind, name, scopes, limits, networks, sender_domains, created_at, expires_at,
  previous_expires_at, last_used_at, last_used_ip, last_used_agent, plain_http_at`;

const createSql = `
  INSERT INTO api_key (account_id, id, kind, name, secret_hash, scopes, expires_at, created_at, limits, networks, sender_domains)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${columns}`;

/** An absent setting stays. */
const changeSql = `
  UPDATE api_key SET name = coalesce($3, name), limits = coalesce($4, limits), networks = coalesce($5, networks),
    sender_domains = coalesce($6, sender_domains)
  WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${columns}`;

/** The new secret was not sent over plain HTTP yet. */
const rotateSql = `
  UPDATE api_key SET previous_secret_hash = secret_hash, previous_expires_at = $4, secret_hash = $3, plain_http_at = NULL
  WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${columns}`;

const byIdSql = `
  SELECT ${columns}, array_remove(ARRAY[secret_hash, CASE WHEN previous_expires_at > $2 THEN previous_secret_hash END], NULL) AS secret_hashes,
    EXISTS (SELECT FROM account a WHERE a.id = k.account_id AND a.deletes_at IS NOT NULL) AS is_deleting
  FROM api_key k
  WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
    AND (account_id IS NULL OR EXISTS (SELECT FROM account a WHERE a.id = k.account_id AND a.deleted_at IS NULL))`;

type Rotation = { readonly secretHash: Buffer; readonly graceUntil: Date };

/** With the hashes of its valid secrets: two during a rotation. */
type KnownKey = ApiKeyRecord & {
  readonly secretHashes: readonly Buffer[];
  /** Its account is being deleted. */
  readonly isDeleting: boolean;
};

export const apiKeys = (database: Database) => ({
  async create(key: NewApiKey): Promise<ApiKeyRecord> {
    const { accountId, id, kind, name, secretHash, scopes, expiresAt, createdAt, limits = {} } = key;
    const { networks = [], senderDomains = [] } = key;
    const fixed = [accountId, id, kind, name, secretHash, scopes, expiresAt, createdAt];
    const values = [...fixed, limits, networks, senderDomains];
    const [row] = await readAs<ApiKeyRecord>(database, accountId, { text: createSql, values });
    return row as ApiKeyRecord;
  },

  /** Keys that are not revoked, newest first. `undefined`: keys of the operator. */
  async list(accountId: AccountId, page: TwoWayPage): Promise<readonly ApiKeyRecord[]> {
    const text = `
      SELECT ${columns} FROM api_key
      WHERE ${ownedBy(accountId)} AND revoked_at IS NULL AND ${beyondCursor(page)} LIMIT $3`;
    return readAs(database, accountId, { text, values: [accountId, cursorOf(page), page.limit] });
  },

  async one(accountId: AccountId, id: string): Promise<ApiKeyRecord | undefined> {
    const text = `SELECT ${columns} FROM api_key WHERE ${ownedBy(accountId)} AND id = $2 AND revoked_at IS NULL`;
    return (await readAs<ApiKeyRecord>(database, accountId, { text, values: [accountId, id] }))[0];
  },

  async change(accountId: string, id: string, settings: ApiKeySettings): Promise<ApiKeyRecord | undefined> {
    const { name, limits, networks, senderDomains } = settings;
    const values = [accountId, id, name, limits, networks, senderDomains];
    return (await readAs<ApiKeyRecord>(database, accountId, { text: changeSql, values }))[0];
  },

  async rotate(accountId: string, id: string, to: Rotation): Promise<ApiKeyRecord | undefined> {
    const values = [accountId, id, to.secretHash, to.graceUntil];
    return (await readAs<ApiKeyRecord>(database, accountId, { text: rotateSql, values }))[0];
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

  /** For authentication: only valid keys of existing accounts. The caller compares the hashes in constant time. */
  async byId(id: string, now: Date): Promise<KnownKey | undefined> {
    const { rows } = await database.pool.query(byIdSql, [id, now]);
    return rows[0] && fromRow<KnownKey>(rows[0]);
  },
});
