/** Takes one recipient out of everything that an account has stored. ADR 39. */
import { ERASED_ADDRESS } from '@waybill/relay/delivery/erased-address';
import type { ErasureReport } from '@waybill/relay/management/records';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { cancelling } from '../deliveries/cancel.ts';
import { addressPattern } from './address-pattern.ts';
import {
  askGatesSql,
  besideSteps,
  ERASE_SLICE,
  finishedSql,
  forgetKnownSql,
  messageSteps,
  oldEntriesSql,
  waitingSql,
} from './erase-statements.ts';

type Counts = { -readonly [K in keyof ErasureReport]: ErasureReport[K] };

export type Erasing = {
  readonly accountId: string;
  /** `foldedAddress`. */
  readonly address: string;
  /** Of the runs before. */
  readonly report: ErasureReport;
};

/** PostgreSQL refuses values that a statement does not name. */
const placesIn = (text: string): number =>
  Math.max(...[...text.matchAll(/\$(\d)/g)].map(([, place]) => Number(place)));

async function runSteps(
  client: pg.PoolClient,
  steps: Readonly<Partial<Record<keyof ErasureReport, string>>>,
  values: readonly unknown[],
): Promise<readonly (readonly [keyof ErasureReport, number])[]> {
  const done: [keyof ErasureReport, number][] = [];
  for (const [name, text] of Object.entries(steps)) {
    const { rowCount } = await client.query(text, values.slice(0, placesIn(text)));
    done.push([name as keyof ErasureReport, rowCount ?? 0]);
  }
  return done;
}

const add = (counts: Counts, done: readonly (readonly [keyof ErasureReport, number])[]): void => {
  for (const [name, count] of done) counts[name] += count;
};

const idsOf = async (
  { pool }: Database,
  text: string,
  { accountId, address }: Erasing,
): Promise<readonly string[]> =>
  (await pool.query<{ id: string }>(text, [accountId, address])).rows.map(({ id }) => id);

/** Mail that waits for no other recipient is cancelled; of other mail the gates stop the delivery to this recipient. */
async function stopWaiting(database: Database, { accountId, address }: Erasing, at: Date): Promise<void> {
  const { rows } = await database.pool.query<{ id: string; is_alone: boolean }>(waitingSql, [
    accountId,
    address,
  ]);
  const alone = rows.filter(({ is_alone }) => is_alone).map(({ id }) => id);
  if (alone.length > 0) await cancelling(database).cancel(accountId, alone, at);
  if (rows.length > 0) await database.pool.query(askGatesSql, [accountId, address]);
}

async function eraseMessages(database: Database, asked: Erasing, counts: Counts): Promise<void> {
  const values = [addressPattern(asked.address), ERASED_ADDRESS];
  for (;;) {
    const ids = await idsOf(database, finishedSql, asked);
    if (ids.length > 0)
      add(
        counts,
        await inTransaction(database, (client) =>
          runSteps(client, messageSteps, [asked.accountId, ids, ...values]),
        ),
      );
    if (ids.length < ERASE_SLICE) return;
  }
}

async function eraseBeside(database: Database, asked: Erasing, counts: Counts): Promise<void> {
  const pattern = addressPattern(asked.address);
  const values = [asked.accountId, asked.address, pattern, ERASED_ADDRESS];
  add(counts, await inTransaction(database, (client) => runSteps(client, besideSteps, values)));
  await database.pool.query(forgetKnownSql, [asked.accountId, asked.address]);
  const { rows } = await database.pool.query<{ count: number }>(oldEntriesSql, [asked.accountId, pattern]);
  counts.audit_entries_kept = rows[0]?.count ?? 0;
}

/** `waiting` of the report: messages that are still on their way to other recipients. Run again until there are none. */
export async function eraseRecipient(database: Database, asked: Erasing, at: Date): Promise<ErasureReport> {
  const counts: Counts = { ...asked.report };
  await stopWaiting(database, asked, at);
  await eraseMessages(database, asked, counts);
  await eraseBeside(database, asked, counts);
  counts.waiting = (await idsOf(database, waitingSql, asked)).length;
  return counts;
}
