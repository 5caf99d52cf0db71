import type { KeySwitch } from '@waybill/relay/domains/verify-domain';
import type {
  DkimKeyRecord,
  NewDkimKey,
  NewSenderDomain,
  SenderDomainRecord,
} from '@waybill/relay/management/records';
import type pg from 'pg';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken } from '../connection/taken.ts';
import { type AccountId, ownedBy, type Page, readAs, transactAs } from '../connection/tenant.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';

/** A key as JSON in the row of its domain, with times as text. */
type KeyRow = Omit<DkimKeyRecord, 'createdAt' | 'retiredAt'> & {
  readonly createdAt: string;
  readonly retiredAt: string | null;
};

type Row = Omit<SenderDomainRecord, 'keys'> & { readonly keys: readonly KeyRow[] };

const columns = `id, account_id, domain, status, return_path_status, checks, created_at, checked_at, verified_at,
  (SELECT coalesce(json_agg(json_build_object('id', k.id, 'selector', k.selector, 'algorithm', k.algorithm,
      'publicKey', k.public_key, 'state', k.state, 'createdAt', k.created_at, 'retiredAt', k.retired_at) ORDER BY k.id), '[]')
    FROM dkim_key k WHERE k.sender_domain_id = sender_domain.id) AS keys`;

const keyOf = ({ createdAt, retiredAt, ...key }: KeyRow): DkimKeyRecord => ({
  ...key,
  createdAt: new Date(createdAt),
  retiredAt: retiredAt === null ? undefined : new Date(retiredAt),
});

function recordOf(row: object): SenderDomainRecord {
  const { keys, ...domain } = fromRow<Row>(row);
  return { ...domain, keys: keys.map(keyOf) };
}

const oneSql = (accountId: AccountId): string =>
  `SELECT ${columns} FROM sender_domain WHERE ${ownedBy(accountId)} AND id = $2`;

const saveChecksSql = (accountId: AccountId): string => `
  UPDATE sender_domain SET checks = $3, status = $4::text, return_path_status = coalesce($5, return_path_status), checked_at = $6,
    verified_at = CASE WHEN $4::text = 'verified' THEN coalesce(verified_at, $6) ELSE verified_at END
  WHERE ${ownedBy(accountId)} AND id = $2 RETURNING ${columns}`;

/** Only a published key becomes active, and only an active key retires. */
const switchKeysSql = (accountId: AccountId): string => `
  UPDATE dkim_key SET state = CASE dkim_key.state WHEN 'published' THEN 'active' ELSE 'retired' END,
    retired_at = CASE dkim_key.state WHEN 'active' THEN $5::timestamptz END
  FROM sender_domain d
  WHERE d.id = sender_domain_id AND d.id = $2 AND ${ownedBy(accountId, 'd.account_id')}
    AND (dkim_key.state = 'published' AND dkim_key.id = ANY($3::uuid[]) OR dkim_key.state = 'active' AND dkim_key.id = ANY($4::uuid[]))
  RETURNING dkim_key.id`;

type Client = pg.PoolClient;

async function findOne(client: Client, accountId: AccountId, id: string) {
  const { rows } = await client.query(oneSql(accountId), [accountId, id]);
  return rows.map(recordOf)[0];
}

/** Inserts keys. The private keys are encrypted. */
async function insertKeys(
  client: Client,
  box: SecretBox,
  { domainId, keys }: { readonly domainId: string; readonly keys: readonly NewDkimKey[] },
): Promise<void> {
  for (const { id, selector, algorithm, publicKey, privateKeyPem, state, createdAt } of keys)
    await client.query(
      `INSERT INTO dkim_key (id, sender_domain_id, selector, algorithm, public_key, private_key_box, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        domainId,
        selector,
        algorithm,
        publicKey,
        sealText(box, privateKeyPem, secretContexts.dkimPrivateKey(id)),
        state,
        createdAt,
      ],
    );
}

const keyChanges = (database: Database, box: SecretBox) => ({
  /**
   * Adds the keys of a rotation. `undefined`: the domain is not of this account. `waiting`: DNS does not show the keys of the last
   * rotation yet. Locks the row of the domain, so that two concurrent rotations become one.
   */
  addKeys: (
    accountId: AccountId,
    domainId: string,
    made: readonly NewDkimKey[],
  ): Promise<SenderDomainRecord | 'waiting' | undefined> =>
    orTaken(
      transactAs(database, accountId, async (client) => {
        await client.query('SELECT id FROM sender_domain WHERE id = $1 FOR UPDATE', [domainId]);
        const row = await findOne(client, accountId, domainId);
        if (row?.keys.some(({ state }) => state === 'published')) return 'waiting';
        if (row === undefined) return undefined;
        await insertKeys(client, box, { domainId, keys: made });
        return findOne(client, accountId, domainId);
      }),
    ),

  /** Returns the number of changed keys. A retired key keeps its date, from which the lifetime of its record counts. */
  async switchKeys(
    accountId: AccountId,
    domainId: string,
    { activate, retire, at }: KeySwitch,
  ): Promise<number> {
    const values = [accountId, domainId, [...activate], [...retire], at];
    return (await readAs(database, accountId, { text: switchKeysSql(accountId), values })).length;
  },
});

const reading = (database: Database) => ({
  /** Newest first. */
  async list(accountId: AccountId, { limit, after }: Page): Promise<readonly SenderDomainRecord[]> {
    const text = `
      SELECT ${columns} FROM sender_domain
      WHERE ${ownedBy(accountId)} AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;
    return (await readAs(database, accountId, { text, values: [accountId, after, limit] })).map(recordOf);
  },

  async one(accountId: AccountId, id: string): Promise<SenderDomainRecord | undefined> {
    const query = { text: oneSql(accountId), values: [accountId, id] };
    return (await readAs(database, accountId, query)).map(recordOf)[0];
  },

  /** Domains of every account and of the installation, for verification. */
  async all({ limit, after }: Page): Promise<readonly SenderDomainRecord[]> {
    const text = `SELECT ${columns} FROM sender_domain WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`;
    return (await readAs(database, undefined, { text, values: [after, limit] })).map(recordOf);
  },
});

export const senderDomains = (database: Database, box: SecretBox) => ({
  ...reading(database),
  ...keyChanges(database, box),

  create: ({ keys, accountId, id, domain, createdAt }: NewSenderDomain): Promise<SenderDomainRecord> =>
    orTaken(
      transactAs(database, accountId, async (client) => {
        await client.query(
          'INSERT INTO sender_domain (id, account_id, domain, created_at) VALUES ($1, $2, $3, $4)',
          [id, accountId, domain, createdAt],
        );
        await insertKeys(client, box, { domainId: id, keys });
        return (await findOne(client, accountId, id)) as SenderDomainRecord;
      }),
    ),

  /** `Taken`: another account has verified the domain meanwhile. */
  async saveChecks(
    accountId: AccountId,
    id: string,
    checked: {
      readonly checks: readonly unknown[];
      readonly status: SenderDomainRecord['status'];
      /** Absent: unchanged. */
      readonly returnPathStatus?: SenderDomainRecord['returnPathStatus'];
      readonly at: Date;
    },
  ): Promise<SenderDomainRecord | undefined> {
    const { checks, status, returnPathStatus, at } = checked;
    const values = [accountId, id, jsonText(checks), status, returnPathStatus, at];
    const rows = readAs(database, accountId, { text: saveChecksSql(accountId), values });
    return (await orTaken(rows)).map(recordOf)[0];
  },

  async remove(accountId: AccountId, id: string): Promise<boolean> {
    const text = `DELETE FROM sender_domain WHERE ${ownedBy(accountId)} AND id = $2 RETURNING id`;
    return (await readAs(database, accountId, { text, values: [accountId, id] })).length > 0;
  },
});
