import { randomBytes } from 'node:crypto';
import { domainChangeJson, domainEventOf } from '@waybill/relay/domains/domain-changes';
import type { Checked, Holder, KeySwitch } from '@waybill/relay/domains/verify-domain';
import { makeId, publicId } from '@waybill/relay/id';
import type {
  DkimKeyRecord,
  DomainChangeRecord,
  NewDkimKey,
  NewSenderDomain,
  SenderDomainRecord,
  SenderDomainSettings,
} from '@waybill/relay/management/records';
import type pg from 'pg';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken } from '../connection/taken.ts';
import {
  type AccountId,
  beyondCursor,
  cursorOf,
  ownedBy,
  type Page,
  readAs,
  type TwoWayPage,
  transactAs,
} from '../connection/tenant.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';
import { appendAccountEvents } from '../outbox/account-events.ts';

/** A key as JSON in the row of its domain, with times as text. */
type KeyRow = Omit<DkimKeyRecord, 'createdAt' | 'retiredAt'> & {
  readonly createdAt: string;
  readonly retiredAt: string | null;
};

type Row = Omit<SenderDomainRecord, 'keys'> & { readonly keys: readonly KeyRow[] };

const columns = `id, account_id, domain, status, return_path_status, tracking_host, tracking_status, dkim_record, dkim_rotation, zone,
  checks, created_at, checked_at, verified_at,
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
  UPDATE sender_domain SET checks = $3, status = $4::text, return_path_status = $5, tracking_status = $6, zone = coalesce($7, zone),
    checked_at = $8, verified_at = CASE WHEN $4::text = 'verified' THEN coalesce(verified_at, $8) ELSE verified_at END
  WHERE ${ownedBy(accountId)} AND id = $2 RETURNING domain`;

const changeSql = (accountId: AccountId): string => `
  UPDATE sender_domain SET
    tracking_host = CASE WHEN $3 THEN $4 ELSE tracking_host END,
    tracking_status = CASE WHEN $3 AND $4 IS DISTINCT FROM tracking_host THEN 'pending' ELSE tracking_status END,
    dkim_rotation = coalesce($5, dkim_rotation)
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

/** Keys that never signed. One that a concurrent check made active meanwhile stays. */
async function removeWaitingKeys(client: Client, keys: readonly DkimKeyRecord[]): Promise<void> {
  await client.query("DELETE FROM dkim_key WHERE id = ANY($1::uuid[]) AND state = 'published'", [
    keys.map(({ id }) => id),
  ]);
}

type NewKeys = { readonly domainId: string; readonly keys: readonly NewDkimKey[] };

/** Keys that signed long ago under a selector whose turn it is again. */
async function removeFormerKeys(client: Client, { domainId, keys }: NewKeys): Promise<void> {
  await client.query(
    "DELETE FROM dkim_key WHERE sender_domain_id = $1 AND state = 'retired' AND selector = ANY($2)",
    [domainId, keys.map(({ selector }) => selector)],
  );
}

const keyChanges = (database: Database, box: SecretBox) => ({
  /**
   * Adds keys that wait for DNS. `undefined`: the domain is not of this account. `waiting`: DNS does not show the keys of the last
   * rotation yet. Locks the row of the domain, so that two concurrent rotations become one.
   */
  addKeys: (
    accountId: AccountId,
    domainId: string,
    { keys, replaces }: { readonly keys: readonly NewDkimKey[]; readonly replaces?: boolean },
  ): Promise<SenderDomainRecord | 'waiting' | undefined> =>
    orTaken(
      transactAs(database, accountId, async (client) => {
        await client.query('SELECT id FROM sender_domain WHERE id = $1 FOR UPDATE', [domainId]);
        const row = await findOne(client, accountId, domainId);
        if (row === undefined) return undefined;
        const waiting = row.keys.filter(({ state }) => state === 'published');
        const isActive = (algorithm: string): boolean =>
          row.keys.some((key) => key.state === 'active' && key.algorithm === algorithm);
        // A key that waits beside an active one is a rotation that goes on. Others never signed, and nothing depends on them.
        if (!replaces && waiting.some(({ algorithm }) => isActive(algorithm))) return 'waiting';
        const replaced = waiting.filter(({ algorithm }) => keys.some((key) => key.algorithm === algorithm));
        await removeWaitingKeys(client, replaced);
        await removeFormerKeys(client, { domainId, keys });
        await insertKeys(client, box, { domainId, keys });
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
  async list(accountId: AccountId, page: TwoWayPage): Promise<readonly SenderDomainRecord[]> {
    const text = `
      SELECT ${columns} FROM sender_domain
      WHERE ${ownedBy(accountId)} AND ${beyondCursor(page)} LIMIT $3`;
    const values = [accountId, cursorOf(page), page.limit];
    return (await readAs(database, accountId, { text, values })).map(recordOf);
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

type Saving = { readonly accountId: AccountId; readonly id: string; readonly checked: Checked };

/** Saves what a check found, and what changed since the last one. `false`: the domain is not there. */
async function saveChecks(client: Client, { accountId, id, checked }: Saving): Promise<boolean> {
  const { checks, status, returnPathStatus, trackingStatus, zone, at } = checked;
  const values = [accountId, id, jsonText(checks), status, returnPathStatus, trackingStatus, zone, at];
  const { rows } = await client.query<{ domain: string }>(saveChecksSql(accountId), values);
  const [row] = rows;
  if (row === undefined) return false;
  const { domain } = row;
  if (checked.change !== undefined)
    await saveChange(client, { accountId, id, domain, change: checked.change });
  return true;
}

type Changing = {
  readonly accountId: AccountId;
  readonly id: string;
  readonly domain: string;
  readonly change: NonNullable<Checked['change']>;
};

/** With its event, in the same transaction. A domain of the installation has no account that an event could be for. */
async function saveChange(client: Client, { accountId, id, domain, change }: Changing): Promise<void> {
  const { from, to, records, at } = change;
  await client.query(
    `INSERT INTO domain_change (id, account_id, sender_domain_id, from_status, to_status, records, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [makeId(at, randomBytes(10)), accountId, id, from, to, jsonText(records), at],
  );
  const type = domainEventOf(change);
  if (type === undefined || accountId === undefined) return;
  const detail = { domain_id: publicId('dom', id), domain, ...domainChangeJson(change) };
  await appendAccountEvents(client, [{ accountId, type, occurredAt: at, detail }]);
}

/** The account that held the domain loses it: its mail as this domain is held. */
async function release(client: Client, { id, accountId }: Holder, at: Date): Promise<void> {
  const { rows } = await client.query<{ before: Checked['status']; domain: string }>(
    `UPDATE sender_domain SET status = 'pending', verified_at = NULL
     FROM (SELECT id, status AS before FROM sender_domain WHERE id = $1 AND account_id = $2 FOR UPDATE) AS held
     WHERE sender_domain.id = held.id RETURNING before, domain`,
    [id, accountId],
  );
  const [held] = rows;
  if (held === undefined) return;
  const change = { from: held.before, to: 'pending', records: [], at } as const;
  await saveChange(client, { accountId, id, domain: held.domain, change });
}

const holderSql = `
  SELECT d.id, account_id FROM sender_domain d JOIN account ON account.id = account_id
  WHERE domain = $1 AND d.status IN ('verified', 'degraded') AND deleted_at IS NULL`;

const trackingHostSql = `
  SELECT d.id FROM sender_domain d JOIN account ON account.id = account_id
  WHERE tracking_host = $1 AND tracking_status = 'verified' AND d.status IN ('verified', 'degraded') AND deleted_at IS NULL LIMIT 1`;

const historySql = `
  SELECT id, from_status AS "from", to_status AS "to", records, occurred_at AS at FROM domain_change
  WHERE account_id = $1 AND sender_domain_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`;

const checking = (database: Database) => ({
  /** `Taken`: another account has verified the domain meanwhile. */
  async saveChecks(accountId: AccountId, id: string, checked: Checked): Promise<boolean> {
    const saving = transactAs(database, accountId, (client) =>
      saveChecks(client, { accountId, id, checked }),
    );
    const isSaved = await orTaken(saving);
    if (checked.change !== undefined) database.eventsWritten();
    return isSaved;
  },

  /** Two accounts are concerned, so the operator does it. */
  async takeOver(from: Holder, id: string, checked: Checked): Promise<boolean> {
    const isSaved = await orTaken(
      transactAs(database, undefined, async (client) => {
        await release(client, from, checked.at);
        const { rows } = await client.query<{ account_id: string }>(
          'SELECT account_id FROM sender_domain WHERE id = $1',
          [id],
        );
        return saveChecks(client, { accountId: rows[0]?.account_id, id, checked });
      }),
    );
    database.eventsWritten();
    return isSaved;
  },

  /** The account that verified the domain, of all accounts. */
  async holder(domain: string): Promise<Holder | undefined> {
    return (await readAs<Holder>(database, undefined, { text: holderSql, values: [domain] }))[0];
  },

  /** Whether a host is the verified tracking host of an account that is not deleted. */
  async hasTrackingHost(host: string): Promise<boolean> {
    return (await readAs(database, undefined, { text: trackingHostSql, values: [host] })).length > 0;
  },

  /** Newest first. */
  history: (accountId: string, id: string, { limit, after }: Page): Promise<readonly DomainChangeRecord[]> =>
    readAs<DomainChangeRecord>(database, accountId, {
      text: historySql,
      values: [accountId, id, after, limit],
    }),
});

export const senderDomains = (database: Database, box: SecretBox) => ({
  ...reading(database),
  ...keyChanges(database, box),
  ...checking(database),

  create: ({ keys, ...row }: NewSenderDomain): Promise<SenderDomainRecord> =>
    orTaken(
      transactAs(database, row.accountId, async (client) => {
        const { id, accountId, domain, trackingHost, dkimRecord = 'txt', dkimRotation = 'manual' } = row;
        await client.query(
          `INSERT INTO sender_domain (id, account_id, domain, created_at, tracking_host, dkim_record, dkim_rotation, zone)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [id, accountId, domain, row.createdAt, trackingHost, dkimRecord, dkimRotation, row.zone],
        );
        await insertKeys(client, box, { domainId: id, keys });
        return (await findOne(client, accountId, id)) as SenderDomainRecord;
      }),
    ),

  async change(
    accountId: AccountId,
    id: string,
    settings: SenderDomainSettings,
  ): Promise<SenderDomainRecord | undefined> {
    const { trackingHost, dkimRotation } = settings;
    const values = [accountId, id, 'trackingHost' in settings, trackingHost, dkimRotation];
    return (await readAs(database, accountId, { text: changeSql(accountId), values })).map(recordOf)[0];
  },

  async remove(accountId: AccountId, id: string): Promise<boolean> {
    const text = `DELETE FROM sender_domain WHERE ${ownedBy(accountId)} AND id = $2 RETURNING id`;
    return (await readAs(database, accountId, { text, values: [accountId, id] })).length > 0;
  },
});
