/** docs/reliability.md S32: an account is suspended while 10,000 of its messages wait and a sender works on them. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import type { Queues } from '@waybill/io/queue/queues';
import { encodePatch } from '@waybill/mail/patch';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { openTestQueues } from '../../support/queues.ts';
import { openSink, type Sink } from '../../support/sink.ts';
import { addAccount, addVerifiedDomain, someMessage, somePrepared } from '../postgres/some.ts';

const WAITING = 10_000;
const SECOND = 1_000;

let opened: Awaited<ReturnType<typeof openTestDatabase>>;
let queues: Queues;
let sink: Sink;
let sender: ChildProcess;
let accountId: string;

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await opened.database.pool.query(sql, values as unknown[])).rows;

async function startSender(): Promise<void> {
  const main = fileURLToPath(new URL('../../../apps/sender/src/main.ts', import.meta.url));
  sender = fork(main, [], {
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      DATABASE_URL: opened.url,
      WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
      DELIVERY_MODE: 'smarthost',
      SMARTHOST_URL: `smtp://127.0.0.1:${sink.port}`,
      ALLOW_PRIVATE_DESTINATIONS: 'true',
    },
  });
  const early = once(sender, 'exit').then(() =>
    Promise.reject(new Error('the sender ended before it was ready')),
  );
  await Promise.race([once(sender, 'message'), early]);
  early.catch(() => undefined);
}

before(async () => {
  opened = await openTestDatabase();
  queues = await openTestQueues({ redisUrl: undefined, databaseUrl: opened.url });
  sink = await openSink({ extensions: [] });
  accountId = await addAccount(opened.database);
  await addVerifiedDomain(opened.database, accountId, 'acme.test');
  await fill();
  await startSender();
});
after(async () => {
  if (sender.exitCode === null) {
    sender.kill('SIGTERM');
    await once(sender, 'exit');
  }
  await queues.close();
  await sink.close();
  await opened.close();
});

const columnsOf = async (table: string, changed: Readonly<Record<string, string>>) => {
  const names = await query(
    'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped',
    [table],
  );
  const columns = names.map(({ name }) => String(name));
  return { into: columns.join(', '), from: columns.map((name) => changed[name] ?? name).join(', ') };
};

/** One message the way the product keeps it, and copies of its rows. */
async function fill(): Promise<void> {
  const messages = openMessageStore({ database: opened.database });
  const message = someMessage(accountId);
  await messages.accept(message);
  const prepared = somePrepared(message);
  const deliveries = prepared.deliveries.map((one) => ({ ...one, patch: encodePatch([]) }));
  await messages.savePrepared({ ...prepared, deliveries });
  const copy = `waybill_derive_id($1::uuid, 'msg', place)`;
  const places = `generate_series(1, ${WAITING - 1}) AS place`;
  for (const [table, key, changed] of [
    ['message', 'id', { id: copy }],
    ['message_content', 'message_id', { message_id: copy }],
    ['delivery', 'message_id', { id: `waybill_derive_id(${copy}, 'dlv', 0)`, message_id: copy }],
  ] as const) {
    const { into, from } = await columnsOf(table, changed);
    await query(`INSERT INTO ${table} (${into}) SELECT ${from} FROM ${table}, ${places} WHERE ${key} = $1`, [
      message.id,
    ]);
  }
}

const statuses = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await query('SELECT status, count(*)::integer AS count FROM delivery GROUP BY status')).map((row) => [
      row.status,
      row.count,
    ]),
  );

const until = (what: string, isDone: () => Promise<boolean> | boolean): Promise<boolean> =>
  eventually(async () => `${what}: ${JSON.stringify(await statuses())}`, isDone, 60);

test('when an account with 10,000 queued messages is suspended, at most one second’s worth more leaves', async () => {
  const ids = (await query('SELECT id FROM delivery')).map(({ id }) => String(id));
  assert.equal(ids.length, WAITING);
  await queues.jobs.enqueue('delivery', ids);
  await until('the sender works', () => sink.mails.length > 300);
  const from = sink.mails.length;
  await wait(SECOND);
  const perSecond = sink.mails.length - from;
  assert.ok(perSecond > 0, 'the sender is at work when the switch is thrown');

  const before = sink.mails.length;
  assert.ok(before < WAITING - perSecond, `${before} left before the switch: too many to show anything`);
  await query("UPDATE account SET status = 'suspended' WHERE id = $1", [accountId]);
  await until('the rest is held', async () => ((await statuses()).queued ?? 0) === 0);
  const more = sink.mails.length - before;
  assert.ok(more <= perSecond, `${more} left after the switch, ${perSecond} in the second before it`);

  const { delivered = 0, held = 0, ...others } = await statuses();
  assert.deepEqual(others, {});
  assert.equal(delivered + held, WAITING);
  assert.equal(sink.mails.length, delivered);
  const [{ attempts }] = await query('SELECT count(*)::integer AS attempts FROM attempt');
  assert.equal(attempts, delivered, 'a delivery that was stopped has no attempt on record');
  assert.deepEqual(await query("SELECT DISTINCT held_for, reason FROM delivery WHERE status = 'held'"), [
    {
      held_for: 'account_suspended',
      reason: 'account suspended: it goes on by itself when the account is resumed',
    },
  ]);
});
