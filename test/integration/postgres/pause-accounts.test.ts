/** An account whose mail bounces or is complained about is suspended by the product itself. docs/reliability.md S32. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { pauseAccounts } from '@waybill/io/postgres/outbox/pause-accounts';
import { openReader } from '@waybill/io/postgres/outbox/reader';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { deliveryIdOf } from '@waybill/relay/id';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());
const store = accounts(database, openSecretBox(randomBytes(32)));
const reader = openReader({ database, name: 'pauses', from: 'start' });

/** An event is not read before the transactions that began before it have ended. */
const readAll = async (): Promise<void> => {
  await eventually('everything is read', async () => {
    await reader.next(500, pauseAccounts);
    return (await unreadOf(database, reader)) === 0;
  });
};

type Ends = { readonly type: string; readonly count: number; readonly detail?: object; readonly at?: Date };

/** Events as the engine and the reading of reports append them; each of a delivery of its own. Returns the ids of messages. */
async function append(
  accountId: string,
  { type, count, detail = {}, at = new Date() }: Ends,
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => someId(at));
  await database.pool.query(
    `INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
     SELECT id, $1, message_id, delivery_id, $5, now(), $6 FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS t(id, message_id, delivery_id)`,
    [accountId, ids.map(() => someId()), ids, ids.map((id) => deliveryIdOf(id, 0)), type, detail],
  );
  return ids;
}

const statusOf = async (accountId: string) => {
  const account = await store.one(accountId);
  return [account?.status, account?.suspendedReason];
};

const suspensionsOf = async (accountId: string): Promise<number> =>
  (
    await database.pool.query("SELECT FROM event WHERE account_id = $1 AND type = 'account.suspended'", [
      accountId,
    ])
  ).rowCount ?? 0;

test('a spammer whose mail bounces is suspended, with the reason, one event and one entry of the audit log', async () => {
  const spammer = await addAccount(database);
  const honest = await addAccount(database);
  await append(spammer, { type: 'delivered', count: 180 });
  await append(spammer, { type: 'bounced', count: 19, detail: { party: 'recipient' } });
  await append(honest, { type: 'delivered', count: 400 });
  await append(honest, { type: 'bounced', count: 20, detail: { party: 'recipient' } });
  await readAll();
  assert.deepEqual(await statusOf(spammer), ['active', undefined]);
  await append(spammer, { type: 'bounced', count: 30, detail: { party: 'recipient' } });
  await readAll();
  const [status, reason] = await statusOf(spammer);
  assert.equal(status, 'suspended');
  assert.match(
    reason ?? '',
    /^49 of 229 deliveries of the last 24 hours bounced: 21\.4 %, the limit is 5 %$/,
  );
  assert.deepEqual(await statusOf(honest), ['active', undefined]);
  assert.equal(await suspensionsOf(spammer), 1);
  const { rows } = await database.pool.query('SELECT actor, action FROM audit_entry WHERE account_id = $1', [
    spammer,
  ]);
  assert.deepEqual(rows, [{ actor: 'waybill', action: 'account.suspended' }]);
});

test('complaints suspend, but many about one delivery count once', async () => {
  const account = await addAccount(database);
  await append(account, { type: 'delivered', count: 1_000 });
  const [message] = await append(account, { type: 'complained', count: 1 });
  for (let turn = 0; turn < 20; turn += 1)
    await database.pool.query(
      `INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail) VALUES ($1, $2, $3, $4, 'complained', now(), '{}')`,
      [someId(), account, message, deliveryIdOf(message ?? '', 0)],
    );
  await readAll();
  assert.equal((await statusOf(account))[0], 'active');
  await append(account, { type: 'complained', count: 1 });
  await readAll();
  assert.match((await statusOf(account))[1] ?? '', /complained about: 0\.2 %/);
});

test('bounces that are the fault of the installation, and mail of the sandbox, do not count', async () => {
  const account = await addAccount(database);
  await append(account, { type: 'delivered', count: 200 });
  await append(account, { type: 'bounced', count: 100, detail: { party: 'sender_ip' } });
  const tests = await append(account, { type: 'bounced', count: 100, detail: { party: 'recipient' } });
  await database.pool.query(
    `INSERT INTO message (id, account_id, envelope, options, session, resolution, notes, size, sandbox, accepted_at)
     SELECT id, $1, '{}', '{}', '{}', '{}', '[]', 1, true, now() FROM unnest($2::uuid[]) AS id`,
    [account, tests],
  );
  await readAll();
  assert.equal((await statusOf(account))[0], 'active');
});

test('a resumed account is not suspended again for the same mail, and is for new mail', async () => {
  const account = await addAccount(database);
  const ends = { type: 'bounced', count: 250, detail: { party: 'recipient' } };
  await append(account, { ...ends, at: new Date(Date.now() - 60_000) });
  await readAll();
  assert.equal((await statusOf(account))[0], 'suspended');
  await store.resume(account);
  await append(account, { ...ends, at: new Date(Date.now() - 60_000) });
  await readAll();
  assert.equal((await statusOf(account))[0], 'active');
  await append(account, { ...ends, at: new Date(Date.now() + 5) });
  await readAll();
  assert.equal((await statusOf(account))[0], 'suspended');
  assert.equal(await suspensionsOf(account), 2);
});

test('the operator sets the rates of an account', async () => {
  const account = await addAccount(database);
  await store.change(account, { maxBounceRate: 1 });
  await append(account, { type: 'bounced', count: 300, detail: { party: 'recipient' } });
  await readAll();
  assert.equal((await statusOf(account))[0], 'active');
});
