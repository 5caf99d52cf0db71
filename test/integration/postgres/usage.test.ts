import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { usage } from '@waybill/io/postgres/directory/usage';
import type { Account, Taking } from '@waybill/relay/ports';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { addAccount } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const another = openDatabase({
  url: opened.url,
  applicationName: 'another process',
  onTrouble: () => undefined,
});
after(async () => {
  await another.close();
  await opened.close();
});

/** Two processes: each has its own connections and its own batches. */
const processes = [usage(database), usage(another)] as const;

const limited = (id: string, limits: Account['limits']): Account => ({
  id,
  name: 'x',
  status: 'active',
  senderPolicy: 'strict',
  suppressedRecipients: 'refuse',
  bareLineEndings: 'refuse',
  trackOpens: false,
  trackClicks: 'none',
  hideClientIp: false,
  deliveryMode: undefined,
  smarthostUrl: undefined,
  maxMessageBytes: undefined,
  maxRecipients: undefined,
  limits,
});

const anAccount = async (limits: Account['limits']): Promise<Account> =>
  limited(await addAccount(database), limits);

const takeAtOnce = (account: Account, count: number, recipients = 1): Promise<readonly Taking[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      (processes[index % 2] ?? processes[0]).take(account, recipients),
    ),
  );

const granted = (takings: readonly Taking[]): number => takings.filter((taking) => taking.granted).length;

/** So that the hour, and with it the day and month, does not turn while a test runs. */
async function awayFromTheHour(): Promise<void> {
  const left = 3_600_000 - (Date.now() % 3_600_000);
  if (left < 5_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
}

for (const name of ['perHour', 'perDay', 'perMonth'] as const)
  test(`of 200 submissions at once over two processes exactly 50 fit a limit of 50 ${name}`, async () => {
    await awayFromTheHour();
    const account = await anAccount({ [name]: 50 });
    const takings = await takeAtOnce(account, 200);
    assert.equal(granted(takings), 50);
    const no = takings.find((taking) => !taking.granted);
    assert.ok(no && !no.granted);
    assert.deepEqual([no.left.recipients, no.left.binding], [0, name.slice(3).toLowerCase()]);
    assert.ok((no.left.retryAt?.getTime() ?? 0) > Date.now());
  });

test('no second holds more than the limit per second, however many processes take, and the next one is free', async () => {
  // All 200 must be taken within one second, so a machine that is too slow now tries again with another account.
  const account = await eventually('200 were taken within a second', async () => {
    const one = await anAccount({ perSecond: 50 });
    const began = performance.now();
    const takings = await takeAtOnce(one, 200);
    if (performance.now() - began >= 1_000) return undefined;
    assert.equal(granted(takings), 50);
    return one;
  });
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  assert.equal(granted(await takeAtOnce(account, 200)), 50);
});

test('a message takes all of its recipients or none', async () => {
  const account = await anAccount({ perDay: 50 });
  assert.equal(granted(await takeAtOnce(account, 20, 20)), 2);
  const [rest] = await takeAtOnce(account, 1, 10);
  assert.equal(rest?.granted, true);
  assert.equal(granted(await takeAtOnce(account, 1)), 0);
});

test('the whole limit can be used one after the other', async () => {
  const account = await anAccount({ perHour: 7 });
  for (let turn = 0; turn < 7; turn += 1) assert.equal(granted(await takeAtOnce(account, 1)), 1);
  assert.equal(granted(await takeAtOnce(account, 1)), 0);
});

test('the tightest limit binds, and what it refuses is taken from no other', async () => {
  const account = await anAccount({ perHour: 5, perMonth: 100 });
  await takeAtOnce(account, 30);
  const left = await processes[0].quotaLeft(limited(account.id, { perMonth: 100 }), new Date());
  assert.deepEqual([left.recipients, left.binding], [95, 'month']);
});

test('what is given back can be taken again', async () => {
  const account = await anAccount({ perHour: 1 });
  const [first] = await takeAtOnce(account, 1);
  assert.ok(first?.granted);
  assert.equal(granted(await takeAtOnce(account, 1)), 0);
  await first.giveBack();
  assert.equal(granted(await takeAtOnce(account, 2)), 1);
});

test('a new hour begins anew, while the day goes on', async () => {
  const account = await anAccount({ perHour: 2, perDay: 3 });
  assert.equal(granted(await takeAtOnce(account, 3)), 2);
  await database.pool.query(
    "UPDATE usage_taken SET hour_start = hour_start - interval '1 hour' WHERE account_id = $1",
    [account.id],
  );
  const takings = await takeAtOnce(account, 3);
  assert.equal(granted(takings), 1);
  const no = takings.find((taking) => !taking.granted);
  assert.equal(no && !no.granted && no.left.binding, 'day');
});

test('what was sent before the account had a limit counts', async () => {
  await awayFromTheHour();
  const account = await anAccount({ perHour: 10 });
  await database.pool.query(
    "INSERT INTO usage_hour VALUES ($1, date_trunc('hour', now(), 'UTC'), 3, 7, 0), ($1, date_trunc('month', now(), 'UTC') - interval '1 hour', 90, 90, 0)",
    [account.id],
  );
  assert.equal((await processes[0].quotaLeft(account, new Date())).recipients, 3);
  assert.equal(granted(await takeAtOnce(account, 20)), 3);
});

test('an account without limits takes without a row and without a question to the database', async () => {
  const account = await anAccount({});
  assert.equal(granted(await takeAtOnce(account, 20, 1_000)), 20);
  assert.equal((await processes[0].quotaLeft(account, new Date())).recipients, Number.POSITIVE_INFINITY);
  const { rowCount } = await database.pool.query('SELECT FROM usage_taken WHERE account_id = $1', [
    account.id,
  ]);
  assert.equal(rowCount, 0);
});
