import { randomBytes } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import { makeId } from '@waybill/relay/id';
import type { Suppression, SuppressionList } from '@waybill/relay/ports';
import type pg from 'pg';
import type { Database } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { jsonText } from './json-text.ts';

type Question = {
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly address: string;
};

type Row = {
  readonly account_id: string;
  readonly stream_id: string | null;
  readonly address: string;
  readonly reason: Suppression['reason'];
  readonly created_at: Date;
};

const amongSql = `
  SELECT s.account_id, stream_id, s.address, reason, created_at
  FROM suppression s JOIN unnest($1::uuid[], $2::text[]) AS asked(account_id, address)
    ON s.account_id = asked.account_id AND s.address = asked.address
  WHERE s.account_id = ANY ($1::uuid[]) AND s.address = ANY ($2::text[]) AND (expires_at IS NULL OR expires_at > now())`;

const suppressionOf = (row: Row): Suppression => ({
  address: row.address,
  reason: row.reason,
  streamId: row.stream_id ?? undefined,
  createdAt: row.created_at,
});

/** The one that stops a message of this stream; one for the whole account before one for the stream. */
function answerOf(question: Question, rows: readonly Row[]): Suppression | undefined {
  const own = rows.filter((row) => row.account_id === question.accountId && row.address === question.address);
  const row =
    own.find(({ stream_id }) => stream_id === null) ??
    own.find(({ stream_id }) => stream_id === question.streamId);
  return row && suppressionOf(row);
}

async function askMany(
  pool: pg.Pool,
  questions: readonly Question[],
): Promise<readonly (Suppression | undefined)[]> {
  const { rows } = await pool.query<Row>({
    name: 'suppressed',
    text: amongSql,
    values: [
      questions.map((question) => question.accountId),
      // PostgreSQL has no text with a NUL in it.
      questions.map((question) => question.address.replaceAll('\0', '')),
    ],
  });
  return questions.map((question) => answerOf(question, rows));
}

/** An expired suppression gives way to a new one; a live one stays as it was first written. */
const addSql = `
  INSERT INTO suppression AS old (id, account_id, stream_id, address, reason, evidence, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (account_id, stream_id, address) DO UPDATE
    SET reason = excluded.reason, evidence = excluded.evidence, created_at = excluded.created_at, expires_at = NULL
    WHERE old.expires_at <= now()`;

/** RCPT commands of concurrent sessions are asked about together. */
export function suppressionList(database: Database): SuppressionList {
  const questions = groupCommit<Question, Suppression | undefined>({
    flush: (batch) => askMany(database.pool, batch),
    maxItems: 500,
    lanes: 2,
  });
  return {
    async among(accountId, streamId, addresses) {
      const folded = addresses.map(foldedAddress);
      const answers = await Promise.all(
        folded.map((address) => questions.add({ accountId, streamId, address })),
      );
      return new Map(answers.flatMap((answer, index) => (answer ? [[folded[index] ?? '', answer]] : [])));
    },
    async add(accountId, suppression, evidence) {
      const now = new Date();
      const { streamId, reason } = suppression;
      const address = foldedAddress(suppression.address);
      const id = makeId(now, randomBytes(10));
      await database.pool.query(addSql, [id, accountId, streamId, address, reason, jsonText(evidence), now]);
    },
  };
}
