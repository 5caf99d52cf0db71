import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { usage } from '@waybill/io/postgres/directory/usage';
import { makeId } from '@waybill/relay/id';
import type { LimitSubject, SendingLimits } from '@waybill/relay/limits/sending-limits';
import type { Taking, Wanted } from '@waybill/relay/ports';
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

type Subjects = Omit<Wanted, 'recipients'>;

/** An account with limits, alone or with those of a stream and a credential. */
const anAccount = async (
  limits: SendingLimits,
  others: readonly Omit<LimitSubject, 'id'>[] = [],
): Promise<Subjects> => {
  const accountId = await addAccount(database);
  const own = others.map((subject) => ({ ...subject, id: makeId(new Date(), randomBytes(10)) }));
  return { accountId, subjects: [{ scope: 'account', id: accountId, limits }, ...own] };
};

const someone = (): string => `${randomBytes(8).toString('hex')}@example.com`;
const some = (count: number): readonly string[] => Array.from({ length: count }, someone);

const takeAtOnce = (account: Subjects, count: number, recipients = 1): Promise<readonly Taking[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      (processes[index % 2] ?? processes[0]).take({ ...account, recipients: some(recipients) }),
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
    assert.deepEqual([no.left.recipients, no.left.binding?.name], [0, name]);
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
  const monthly = {
    ...account,
    subjects: account.subjects.map((one) => ({ ...one, limits: { perMonth: 100 } })),
  };
  const left = await processes[0].quotaLeft(monthly);
  assert.deepEqual([left.recipients, left.binding?.name], [95, 'perMonth']);
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
    "UPDATE limit_taken SET hour_start = hour_start - interval '1 hour' WHERE account_id = $1",
    [account.accountId],
  );
  const takings = await takeAtOnce(account, 3);
  assert.equal(granted(takings), 1);
  const no = takings.find((taking) => !taking.granted);
  assert.equal(no && !no.granted && no.left.binding?.name, 'perDay');
});

test('what was sent before the account had a limit counts', async () => {
  await awayFromTheHour();
  const account = await anAccount({ perHour: 10 });
  await database.pool.query(
    "INSERT INTO usage_hour VALUES ($1, date_trunc('hour', now(), 'UTC'), 3, 7, 0), ($1, date_trunc('month', now(), 'UTC') - interval '1 hour', 90, 90, 0)",
    [account.accountId],
  );
  assert.equal((await processes[0].quotaLeft(account)).recipients, 3);
  assert.equal(granted(await takeAtOnce(account, 20)), 3);
});

test('an account without limits takes without a row and without a question to the database', async () => {
  const account = await anAccount({});
  assert.equal(granted(await takeAtOnce(account, 20, 1_000)), 20);
  assert.equal((await processes[0].quotaLeft(account)).recipients, Number.POSITIVE_INFINITY);
  const { rowCount } = await database.pool.query('SELECT FROM limit_taken WHERE account_id = $1', [
    account.accountId,
  ]);
  assert.equal(rowCount, 0);
});

test('a stream and a credential have limits of their own, and what one of them refuses is taken from none', async () => {
  await awayFromTheHour();
  const account = await anAccount({ perHour: 100 }, [
    { scope: 'stream', limits: { perHour: 30 } },
    { scope: 'credential', limits: { perDay: 10 } },
  ]);
  const takings = await takeAtOnce(account, 40);
  assert.equal(granted(takings), 10);
  const no = takings.find((taking) => !taking.granted);
  const binding = no && !no.granted ? no.left.binding : undefined;
  assert.deepEqual([binding?.scope, binding?.name, binding?.limit], ['credential', 'perDay', 10]);
  const { accountId, subjects } = account;
  const withoutKey = { accountId, subjects: subjects.slice(0, 2) };
  assert.equal(granted(await takeAtOnce(withoutKey, 40)), 20);
  assert.equal(granted(await takeAtOnce({ accountId, subjects: subjects.slice(0, 1) }, 90)), 70);
});

test('two processes that take for the same streams and credentials in any order never lock each other out', async () => {
  await awayFromTheHour();
  const account = await anAccount({ perHour: 1_000 }, [
    { scope: 'stream', limits: { perHour: 1_000 } },
    { scope: 'stream', limits: { perHour: 1_000 } },
    { scope: 'credential', limits: { perHour: 1_000 } },
    { scope: 'credential', limits: { perHour: 1_000 } },
  ]);
  const [whole, one, two, three, four] = account.subjects;
  const orders = [
    [whole, one, three],
    [whole, two, four],
    [two, three],
    [one, four],
  ].map((subjects) => subjects.flatMap((subject) => subject ?? []));
  const takings = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      (processes[index % 2] ?? processes[0]).take({
        accountId: account.accountId,
        subjects: orders[Math.floor(index / 2) % 4] ?? [],
        recipients: some(1),
      }),
    ),
  );
  assert.equal(granted(takings), 200);
  for (const taking of takings) if (taking.granted) await taking.giveBack();
});

test('only recipients that the account never sent to count as new, each of them once', async () => {
  await awayFromTheHour();
  const account = await anAccount({ newPerHour: 5 });
  const known = some(3);
  const take = (recipients: readonly string[]) => processes[0].take({ ...account, recipients });
  for (let turn = 0; turn < 4; turn += 1) assert.ok((await take(known)).granted);
  assert.ok((await take([...known, ...some(2)])).granted);
  const no = await take([...known, someone()]);
  assert.ok(!no.granted);
  assert.deepEqual([no.left.binding?.name, no.left.recipients, no.fresh], ['newPerHour', 0, 1]);
  assert.ok((await take(known)).granted);
});

test('a warning is noted at 80 % and at 100 %, once in a window, and when a limit refuses', async () => {
  await awayFromTheHour();
  const account = await anAccount({ perHour: 10, perDay: 100 });
  const warned = async () =>
    (
      await database.pool.query<{ name: string; percent: number }>(
        'SELECT limit_name AS name, percent FROM limit_warning WHERE account_id = $1 ORDER BY percent',
        [account.accountId],
      )
    ).rows.map(({ name, percent }) => `${name} ${percent}`);
  await takeAtOnce(account, 7);
  assert.deepEqual(await warned(), []);
  await takeAtOnce(account, 1);
  assert.deepEqual(await warned(), ['per_hour 80']);
  await takeAtOnce(account, 1);
  await takeAtOnce(account, 1, 5);
  assert.deepEqual(await warned(), ['per_hour 80', 'per_hour 100']);
  await takeAtOnce(account, 10);
  assert.deepEqual(await warned(), ['per_hour 80', 'per_hour 100']);
  const { rows: events } = await database.pool.query<{ detail: Record<string, unknown> }>(
    "SELECT detail FROM event WHERE account_id = $1 AND type = 'account.limit_warning' ORDER BY tx, seq",
    [account.accountId],
  );
  const details = events.map(({ detail }) => [
    detail.scope,
    detail.account_id,
    detail.limit,
    detail.value,
    detail.percent,
  ]);
  assert.deepEqual(details, [
    ['account', account.accountId, 'per_hour', 10, 80],
    ['account', account.accountId, 'per_hour', 10, 100],
  ]);
});
