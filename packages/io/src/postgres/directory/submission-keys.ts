import type {
  KeyedSubmission,
  KeyFound,
  KeyReserved,
  SubmissionKeys,
} from '@waybill/relay/submission/submission-key';
import type { Database } from '../connection/database.ts';

/** The route name in the table of HTTP idempotency keys. No HTTP route has it. */
const ROUTE = 'accept';
const ACCEPTED = 250;

/** In milliseconds. After that time without a message the reserving process counts as dead, and other content may use the key. */
const ABANDONED_MS = 60_000;

const isKept = (table: string): string =>
  `EXISTS (SELECT FROM message WHERE message.id = (${table}.response->>'messageId')::uuid)`;

/** The row holds the id, and the message shows whether it was stored. So no second write is needed that could be lost. */
const findSql = `
  SELECT body_hash AS hash, response->>'messageId' AS "messageId", created_at AS "createdAt", ${isKept('held')} AS kept
  FROM idempotency_key held
  WHERE account_id = $1 AND route = '${ROUTE}' AND key = $2 AND expires_at > $3`;

const reserveSql = `
  INSERT INTO idempotency_key AS held (account_id, route, key, body_hash, status, response, created_at, expires_at)
  VALUES ($1, '${ROUTE}', $2, $3, ${ACCEPTED}, jsonb_build_object('messageId', $4::text), $5, $6)
  ON CONFLICT (account_id, route, key) DO UPDATE SET body_hash = excluded.body_hash, response = excluded.response,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  WHERE held.expires_at <= excluded.created_at
    OR (held.body_hash <> excluded.body_hash AND held.created_at <= $7 AND NOT ${isKept('held')})`;

type Row = {
  readonly hash: Buffer;
  readonly messageId: string;
  readonly createdAt: Date;
  readonly kept: boolean;
};

const abandonedBefore = (now: Date): Date => new Date(now.getTime() - ABANDONED_MS);

function foundOf(row: Row | undefined, { contentHash, now }: KeyedSubmission): KeyFound {
  if (row === undefined) return { state: 'unused' };
  const isSame = row.hash.equals(contentHash);
  if (row.kept) return isSame ? { state: 'kept', messageId: row.messageId } : { state: 'conflict' };
  if (isSame || row.createdAt <= abandonedBefore(now)) return { state: 'unused' };
  return { state: 'running' };
}

export const submissionKeys = ({ pool }: Pick<Database, 'pool'>): SubmissionKeys => {
  const rowOf = async ({ accountId, key, now }: KeyedSubmission): Promise<Row | undefined> =>
    (await pool.query<Row>(findSql, [accountId, key, now])).rows[0];

  return {
    find: async (submission) => foundOf(await rowOf(submission), submission),

    async reserve(submission): Promise<KeyReserved> {
      const { accountId, key, contentHash, now, messageId, expiresAt } = submission;
      const values = [accountId, key, contentHash, messageId, now, expiresAt, abandonedBefore(now)];
      const { rowCount } = await pool.query(reserveSql, values);
      if (rowCount) return { state: 'reserved', messageId };
      const row = await rowOf(submission);
      // Deleted between the two statements. The next request gets an answer.
      if (row === undefined) return { state: 'running' };
      if (row.hash.equals(contentHash)) return { state: 'reserved', messageId: row.messageId };
      return { state: row.kept ? 'conflict' : 'running' };
    },
  };
};
