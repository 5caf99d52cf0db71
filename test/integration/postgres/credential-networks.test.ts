/** The first use of a credential from a new network is an event. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLastUsed } from '@waybill/io/postgres/directory/last-used';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());

const countries = { countryOf: async (ip: string) => (ip.startsWith('198.') ? 'NZ' : undefined) };

async function aKey(): Promise<{ readonly id: string; readonly accountId: string }> {
  const accountId = await addAccount(database);
  const id = someId();
  await database.pool.query(
    "INSERT INTO api_key (id, account_id, kind, name, secret_hash) VALUES ($1, $2, 'live', 'n', '')",
    [id, accountId],
  );
  return { id, accountId };
}

/** Each call is a process of its own. */
async function useFrom(id: string, ...ips: readonly string[]): Promise<void> {
  const used = openLastUsed({ database, countries });
  for (const ip of ips) used.note('api_key', id, { ip, at: new Date() });
  await used.close();
}

const eventsOf = async (accountId: string) =>
  (
    await database.pool.query<{ detail: Record<string, unknown> }>(
      "SELECT detail FROM event WHERE account_id = $1 AND type = 'credential.new_network' ORDER BY tx, seq",
      [accountId],
    )
  ).rows.map(({ detail }) => detail);

test('each network of a key is one event, over all processes, with its country', async () => {
  const { id, accountId } = await aKey();
  await useFrom(id, '198.51.100.7', '198.51.200.9');
  await Promise.all([useFrom(id, '203.0.113.5'), useFrom(id, '203.0.1.1')]);
  await useFrom(id, '198.51.3.3', '::ffff:203.0.113.77');
  const events = await eventsOf(accountId);
  assert.deepEqual(events[0], {
    key_id: id,
    ip: '198.51.100.7',
    network: '198.51.0.0/16',
    country: 'NZ',
    is_first: true,
  });
  assert.equal(events.length, 2);
  assert.deepEqual(
    [events[1]?.network, events[1]?.country, events[1]?.is_first],
    ['203.0.0.0/16', undefined, false],
  );
});

test('a network of IPv6 is a /32', async () => {
  const { id, accountId } = await aKey();
  await useFrom(id, '2001:db8:1::1', '2001:db8:2::2', '2001:db9::1');
  const networks = (await eventsOf(accountId)).map(({ network }) => network);
  assert.deepEqual(networks.toSorted(), ['2001:db8::/32', '2001:db9::/32']);
});

test('keys of the operator have no account to tell', async () => {
  const id = someId();
  await database.pool.query(
    "INSERT INTO api_key (id, kind, name, secret_hash) VALUES ($1, 'admin', 'n', '')",
    [id],
  );
  await useFrom(id, '192.0.2.1');
  const { rowCount } = await database.pool.query('SELECT FROM credential_network WHERE credential_id = $1', [
    id,
  ]);
  assert.equal(rowCount, 0);
});
