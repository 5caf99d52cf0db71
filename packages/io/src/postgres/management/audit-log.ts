import { createHash, randomBytes } from 'node:crypto';
import type { AuditEntry } from '@waybill/relay/management/audit';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';
import { type AccountId, type Page, readAs } from '../connection/tenant.ts';

export type AuditRecord = {
  readonly id: string;
  readonly sequence: number;
  readonly accountId: string | undefined;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
};

export type AuditQuery = Page & Partial<Pick<AuditEntry, 'actor' | 'action' | 'target'>>;

export type AuditCheck = {
  readonly ok: boolean;
  readonly entries: number;
  /** The first entry that does not fit: it, or the one before it, was changed, removed or put in. */
  readonly brokenAt?: string;
  /** The hash of the last entry, in hex. Kept elsewhere, it shows later whether the end of the chain was cut off. */
  readonly head: string;
};

type Row = Omit<AuditRecord, 'sequence'> & {
  readonly sequence: string;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
  /** 1: the hash covers target and detail; 2: it covers `contentHash`. */
  readonly version: number;
  readonly salt: Buffer | undefined;
  readonly contentHash: Buffer | undefined;
};

/** The target of an entry whose content was erased with a recipient. */
const ERASED = '[erased]';
const SALT_BYTES = 16;

/** The advisory lock for appending, because the installation has one hash chain. */
const LOCK = 7_283_041_963;
const BATCH = 1_000;
const beginning = Buffer.alloc(32);

/** A canonical form of a value, because jsonb keeps no order of keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, canonical(item)]);
}

/** The salt keeps short contents from being found by trial once they are erased. */
const contentHashOf = ({ target, detail }: Pick<AuditRecord, 'target' | 'detail'>, salt: Buffer): Buffer =>
  createHash('sha256')
    .update(salt)
    .update(JSON.stringify([target, canonical(detail)]))
    .digest();

/** The hash of all fields of an entry, its number and the hash of the entry before. `content`: what stands for target and detail. */
function hashOf(record: AuditRecord, previous: Buffer, content: readonly unknown[]): Buffer {
  const { sequence, id, accountId, actor, action, occurredAt } = record;
  const said = [sequence, id, accountId ?? null, actor, action, ...content, occurredAt.toISOString()];
  return createHash('sha256').update(previous).update(JSON.stringify(said)).digest();
}

const contentIn = ({ version, contentHash, target, detail }: Row): readonly unknown[] =>
  version === 1 ? [target, canonical(detail)] : [contentHash?.toString('hex')];

/** Target and detail fit their hash, or were erased. */
const hasItsContent = ({ version, salt, contentHash, target, detail }: Row): boolean =>
  version === 1 ||
  (salt === undefined
    ? target === ERASED && Object.keys(detail).length === 0
    : contentHash?.equals(contentHashOf({ target, detail }, salt)) === true);

function recordOf({ previousHash, hash, sequence, version, salt, contentHash, ...rest }: Row): AuditRecord {
  return { ...rest, sequence: Number(sequence) };
}

const insertSql = `
  INSERT INTO audit_entry (id, sequence, account_id, actor, action, target, detail, previous_hash, hash, occurred_at, version, salt, content_hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 2, $11, $12)
  ON CONFLICT (id) DO NOTHING`;

/** In the transaction of the client, which waits for other entries until its end. */
export async function appendAuditEntry(client: pg.PoolClient, entry: AuditEntry): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const { rows } = await client.query<Pick<Row, 'sequence' | 'hash'>>(
    'SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1',
  );
  const previous = rows[0]?.hash ?? beginning;
  // The form that the database returns, because the hash is verified with it.
  const words = JSON.parse(jsonText({ ...entry, detail: entry.detail ?? {} })) as Omit<
    AuditRecord,
    'occurredAt'
  >;
  const record = {
    ...words,
    accountId: entry.accountId,
    occurredAt: entry.occurredAt,
    sequence: Number(rows[0]?.sequence ?? 0) + 1,
  };
  const salt = randomBytes(SALT_BYTES);
  const contentHash = contentHashOf(record, salt);
  await client.query(insertSql, [
    record.id,
    record.sequence,
    record.accountId,
    record.actor,
    record.action,
    record.target,
    JSON.stringify(record.detail),
    previous,
    hashOf(record, previous, [contentHash.toString('hex')]),
    record.occurredAt,
    salt,
    contentHash,
  ]);
}

const append = (database: Database, entry: AuditEntry): Promise<void> =>
  inTransaction(database, (client) => appendAuditEntry(client, entry));

const listSql = `
  SELECT * FROM audit_entry
  WHERE ($1::uuid IS NULL OR account_id = $1)
    AND ($2::uuid IS NULL OR sequence < (SELECT last.sequence FROM audit_entry last WHERE last.id = $2))
    AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR action = $4) AND ($5::text IS NULL OR target = $5)
  ORDER BY sequence DESC LIMIT $6`;

async function verify(database: Database): Promise<AuditCheck> {
  let previous: Buffer = beginning;
  let sequence = 0;
  for (;;) {
    const { rows } = await database.pool.query(
      'SELECT * FROM audit_entry WHERE sequence > $1 ORDER BY sequence LIMIT $2',
      [sequence, BATCH],
    );
    for (const row of rows.map(fromRow<Row>)) {
      const record = recordOf(row);
      const isNext = record.sequence === sequence + 1 && row.previousHash.equals(previous);
      if (!isNext || !hasItsContent(row) || !row.hash.equals(hashOf(record, previous, contentIn(row))))
        return { ok: false, entries: sequence, brokenAt: row.id, head: previous.toString('hex') };
      previous = row.hash;
      sequence = record.sequence;
    }
    if (rows.length < BATCH) return { ok: true, entries: sequence, head: previous.toString('hex') };
  }
}

export const auditLog = (database: Database) => ({
  append: (entry: AuditEntry): Promise<void> => append(database, entry),
  /** Newest first. `undefined`: the operator, with all entries. */
  async list(accountId: AccountId, page: AuditQuery): Promise<readonly AuditRecord[]> {
    const { limit, after, actor, action, target } = page;
    const query = { text: listSql, values: [accountId, after, actor, action, target, limit] };
    return (await readAs<Row>(database, accountId, query)).map(recordOf);
  },
  /** Verifies the chain from its start. */
  verify: (): Promise<AuditCheck> => verify(database),
  /** Whether an entry has this hash, in hex. */
  contains: async (head: string): Promise<boolean> =>
    (await database.pool.query('SELECT FROM audit_entry WHERE hash = $1', [Buffer.from(head, 'hex')]))
      .rowCount === 1,
});
