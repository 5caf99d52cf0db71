import { type KeyObject, randomBytes } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import { ERASED_PREFIX, erasedKeyOf } from '@waybill/relay/delivery/erased-address';
import { magicSuppression } from '@waybill/relay/delivery/magic-recipient';
import { makeId } from '@waybill/relay/id';
import type { Suppression, SuppressionList } from '@waybill/relay/ports';
import type pg from 'pg';
import { type LoadingCache, openLoadingCache } from '../../cache/loading-cache.ts';
import { openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import type { Listener } from '../connection/listener.ts';
import { fromRow } from '../connection/rows.ts';
import { suppressionCreatedSql } from '../outbox/suppression-events.ts';

type Question = {
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly address: string;
};

type Row = Suppression & { readonly accountId: string; readonly expiresAt: Date | undefined };

const columns = 's.account_id, stream_id, s.address, reason, created_at, expires_at';

const amongSql = `
  SELECT ${columns}
  FROM suppression s JOIN unnest($1::uuid[], $2::text[]) AS asked(account_id, address)
    ON s.account_id = asked.account_id AND s.address = asked.address
  WHERE s.account_id = ANY ($1::uuid[]) AND s.address = ANY ($2::text[])`;

/** The longest list that is cached. With the number of cached accounts the cache holds at most about 60 MiB. */
const MAX_KEPT = 250;
const MAX_ACCOUNTS = 1_000;

const listSql = `SELECT ${columns} FROM suppression s WHERE account_id = $1 LIMIT ${MAX_KEPT + 1}`;
const CHANNEL = 'waybill_suppressions_changed';
/** How old a cached list may be while the listener has no connection. */
const TTL_MS = 5_000;

type Kept = {
  /** By address; `undefined`: the list is too long for the cache. */
  readonly byAddress: ReadonlyMap<string, readonly Row[]> | undefined;
  /** Whether there are addresses that were erased, which stand as keyed hashes. */
  readonly hasErased: boolean;
};

const erasedSql = `SELECT FROM suppression WHERE account_id = $1 AND address >= 'erased:' AND address < 'erased;' LIMIT 1`;

/** The suppression that applies to a message of this stream. One of the whole account takes precedence. */
function answerOf(question: Question, rows: readonly Row[]): Suppression | undefined {
  const now = Date.now();
  const own = rows.filter(
    ({ accountId, address, expiresAt }) =>
      accountId === question.accountId &&
      address === question.address &&
      (expiresAt === undefined || expiresAt.getTime() > now),
  );
  return (
    own.find(({ streamId }) => streamId === undefined) ??
    own.find(({ streamId }) => streamId === question.streamId)
  );
}

async function askMany(
  pool: pg.Pool,
  questions: readonly Question[],
): Promise<readonly (Suppression | undefined)[]> {
  const { rows } = await pool.query({
    name: 'suppressed',
    text: amongSql,
    values: [
      questions.map((question) => question.accountId),
      // PostgreSQL cannot store a NUL.
      questions.map((question) => question.address.replaceAll('\0', '')),
    ],
  });
  const found = rows.map(fromRow<Row>);
  return questions.map((question) => answerOf(question, found));
}

/** Adds a suppression with its event. It replaces one that has expired or ends sooner; any other existing one stays unchanged. */
const addSql = `
  WITH added AS (
  INSERT INTO suppression AS old (id, account_id, stream_id, address, reason, evidence, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (account_id, stream_id, address) DO UPDATE
    SET reason = excluded.reason, evidence = excluded.evidence, created_at = excluded.created_at,
      expires_at = excluded.expires_at
    WHERE old.expires_at <= now() OR old.expires_at < coalesce(excluded.expires_at, 'infinity')
  RETURNING id, account_id, stream_id, address, reason, expires_at
  )
  ${suppressionCreatedSql}`;

async function loadKept(pool: pg.Pool, accountId: string): Promise<Kept> {
  const { rows } = await pool.query({ name: 'suppressions', text: listSql, values: [accountId] });
  if (rows.length > MAX_KEPT)
    return {
      byAddress: undefined,
      hasErased: ((await pool.query(erasedSql, [accountId])).rowCount ?? 0) > 0,
    };
  const byAddress = Map.groupBy(rows.map(fromRow<Row>), ({ address }) => address);
  return { byAddress, hasErased: [...byAddress.keys()].some((address) => address.startsWith(ERASED_PREFIX)) };
}

/** Caches the whole list of an account if it is short, so that most look-ups need no query. */
const keptLists = (pool: pg.Pool): LoadingCache<Kept> =>
  openLoadingCache({
    load: (accountId) => loadKept(pool, accountId),
    ttlMs: TTL_MS,
    maxEntries: MAX_ACCOUNTS,
  });

export type SuppressionListOptions = {
  /** Reports changes, so that lists can be cached. */
  readonly listener?: Listener;
  /** Finds addresses that were erased. Absent: they are not looked for. */
  readonly erasedKey?: KeyObject;
};

/** Magic recipients of the sandbox. */
const magicOnes = (addresses: readonly string[]): readonly (readonly [string, Suppression])[] =>
  addresses.flatMap((address) => {
    const magic = magicSuppression(address);
    return magic === undefined ? [] : [[address, magic] as const];
  });

/**
 * Short lists are cached until the listener reports a change. Look-ups in long lists are batched over the RCPT commands of
 * concurrent sessions.
 */
export function suppressionList(
  database: Database,
  { listener, erasedKey }: SuppressionListOptions = {},
): SuppressionList {
  const lists = listener && keptLists(database.pool);
  listener?.on(CHANNEL, (accountId) => lists?.forget(accountId));
  const questions = openBatcher<Question, Suppression | undefined>({
    flush: (batch) => askMany(database.pool, batch),
    maxItems: 500,
    isTransient,
    maxFlushes: 2,
  });
  const answer = async (question: Question, kept: Kept | undefined): Promise<Suppression | undefined> =>
    kept?.byAddress
      ? answerOf(question, kept.byAddress.get(question.address) ?? [])
      : questions.add(question);
  /** By the address, and by its hash where the account has erased addresses. */
  const ask = async (question: Question, kept: Kept | undefined): Promise<Suppression | undefined> => {
    const found = await answer(question, kept);
    if (found !== undefined || erasedKey === undefined || kept?.hasErased === false) return found;
    const hashed = erasedKeyOf(erasedKey, question.accountId, question.address);
    const erased = await answer({ ...question, address: hashed }, kept);
    return erased && { ...erased, address: question.address };
  };
  return {
    async among(accountId, streamId, addresses) {
      const folded = addresses.map(foldedAddress);
      const kept = await lists?.get(accountId);
      if (kept?.byAddress?.size === 0) return new Map(magicOnes(folded));
      const answers = await Promise.all(folded.map((address) => ask({ accountId, streamId, address }, kept)));
      const found = answers.flatMap((one, index) => (one ? [[folded[index] ?? '', one] as const] : []));
      return new Map([...magicOnes(folded), ...found]);
    },
    async add(accountId, suppression, evidence) {
      const now = new Date();
      const { streamId, reason, expiresAt } = suppression;
      const address = foldedAddress(suppression.address);
      const id = makeId(now, randomBytes(10));
      const values = [id, accountId, streamId, address, reason, jsonText(evidence), now, expiresAt];
      await database.pool.query(addSql, values);
      database.eventsWritten();
    },
  };
}
