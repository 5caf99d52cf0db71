import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transactAs } from '@waybill/io/postgres/connection/tenant';
import type { MessagePageQuery } from '@waybill/io/postgres/reading/message-filter';
import { listSql, SEARCHED_MESSAGES } from '@waybill/io/postgres/reading/message-list';
import { messages } from '@waybill/io/postgres/reading/messages';
import { publicId } from '@waybill/relay/id';
import { openStored } from '../../load/stored/fill-stored.ts';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, deliverOne, someId } from './some.ts';

/** More than a search for words reads. */
const STORED = SEARCHED_MESSAGES + 2_000;
const day = 86_400_000;

const opened = await openTestDatabase();
const { database } = opened;
const accountId = await addAccount(database);
after(() => opened.close());

async function idAt(offset: number): Promise<string> {
  const sql = 'SELECT id FROM message WHERE account_id = $1 ORDER BY id OFFSET $2 LIMIT 1';
  return String((await database.pool.query(sql, [accountId, offset])).rows[0]?.id);
}

const streamId = someId();
/** All that only one message has, and no index of. */
const rareSql = `
  UPDATE message SET subject = 'Anniversary', tags = '{party}', header_from = 'Party@acme.test', stream_id = $2,
    credential_id = $2, envelope = jsonb_set(envelope, '{rcptTo}', '["ada@rcpt.example", "bob@party.example"]')
  WHERE id = $1`;

let oldest: string;
let bounced: string;
let held: string;
before(async () => {
  await deliverOne(database, accountId);
  const stored = await openStored(opened.url, publicId('acc', accountId));
  await stored.fillTo(STORED);
  await stored.close();
  oldest = await idAt(0);
  bounced = await idAt(100);
  held = await idAt(200);
  await database.pool.query(rareSql, [oldest, streamId]);
  await database.pool.query("UPDATE delivery SET status = 'bounced' WHERE message_id = $1", [bounced]);
  await database.pool.query("UPDATE message SET state = 'held' WHERE id = $1", [held]);
});

type Plan = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
};

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Of a week with fewer messages than this, PostgreSQL may choose to read all: they fit into a few pages. */
const SMALL_WEEK = 500;

const isWhole = (node: Plan): boolean => node['Node Type'] === 'Seq Scan';

const touchedBy = (node: Plan): number =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

/**
 * As the API asks: under row-level security, where not every operator may use an index. `byIndexOnly`: where an index serves, it is used,
 * however few rows a week has. How many it has depends on the day of the test.
 */
async function scansOf(filter: Partial<MessagePageQuery>, byIndexOnly: boolean): Promise<readonly Plan[]> {
  const { text, values } = listSql('m.id', accountId, { limit: 26, ...filter }).page;
  const { rows } = await transactAs(database, accountId, async (client) => {
    if (byIndexOnly) await client.query('SET LOCAL enable_seqscan = off');
    return client.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values as unknown[],
    );
  });
  const nodes = rows[0]?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
  const scans = nodes.filter((node) => /^(?:message|delivery)_/.test(node['Relation Name'] ?? ''));
  assert.ok(scans.length > 0);
  return scans;
}

const found = async (filter: Partial<MessagePageQuery>): Promise<readonly string[]> =>
  (await messages(database).list(accountId, { limit: 26, ...filter })).rows.map(({ id }) => id);

const searches: readonly (readonly [Partial<MessagePageQuery>, rows: number])[] = [
  [{}, 26],
  [{ to: 'stored5000@rcpt.example' }, 1],
  [{ to: 'absent@rcpt.example' }, 0],
  [{ q: '<stored-5000@acme.test>' }, 1],
  [{ customId: 'absent' }, 0],
  [{ to: 'stored5000@rcpt.example', q: 'hello' }, 1],
  [{ to: 'stored5000@rcpt.example', q: 'xylophone' }, 0],
  [{ to: 'stored5000@rcpt.example', status: 'held' }, 0],
  [{ status: 'delivered' }, 26],
  [{ status: 'processed' }, 26],
  [{ status: 'bounced' }, 1],
  [{ status: 'held' }, 1],
  ...(
    ['accepted', 'discarded', 'queued', 'deferred', 'unknown', 'suppressed', 'cancelled', 'failed'] as const
  ).map((status) => [{ status }, 0] as const),
];
for (const [filter, rows] of searches)
  test(`a list with ${JSON.stringify(filter)} reads by index little more than it shows, however much is stored`, async () => {
    assert.equal((await found(filter)).length, rows);
    const scans = await scansOf(filter, true);
    const whole = scans.filter((node) => isWhole(node) && touchedBy(node) > 0);
    assert.deepEqual(whole, []);
    const touched = scans.reduce((sum, node) => sum + touchedBy(node), 0);
    assert.ok(touched <= 200, `${touched} rows`);
    const chosen = await scansOf(filter, false);
    assert.deepEqual(
      chosen.filter((node) => isWhole(node) && touchedBy(node) >= SMALL_WEEK),
      [],
    );
  });

test('deliveries that need attention are found among many delivered ones', async () => {
  assert.deepEqual(await found({ status: 'bounced' }), [bounced]);
  assert.deepEqual(await found({ status: 'held' }), [held]);
});

const rare: readonly Partial<MessagePageQuery>[] = [
  { q: 'anniversary' },
  { tag: 'party' },
  { from: 'party@acme.test' },
  { domain: 'PARTY.example' },
  { streamId },
  { credentialId: streamId },
  { tag: 'party', streamId, status: 'delivered' },
];
for (const filter of rare) {
  const name = JSON.stringify(filter).replaceAll(streamId, '…');
  test(`a search for ${name} reads a fixed number of messages, and continues on the next page`, async () => {
    const scans = await scansOf(filter, false);
    const touched = scans.reduce((sum, node) => sum + touchedBy(node), 0);
    assert.ok(touched >= SEARCHED_MESSAGES && touched <= SEARCHED_MESSAGES + 200, `${touched} rows`);
    const reading = messages(database);
    const first = await reading.list(accountId, { limit: 26, ...filter });
    assert.deepEqual(first, { rows: [], searchedTo: await idAt(STORED - SEARCHED_MESSAGES) });
    const next = await reading.list(accountId, { limit: 26, ...filter, after: first.searchedTo ?? '' });
    assert.deepEqual([next.rows.map(({ id }) => id), next.searchedTo], [[oldest], undefined]);
  });
}

test('a full page, or a search by an index, has no end of search', async () => {
  for (const filter of [
    {},
    { tag: 'none', limit: 0 },
    { status: 'bounced' as const },
    { to: 'absent@rcpt.example', tag: 'party' },
  ])
    assert.equal((await messages(database).list(accountId, { limit: 26, ...filter })).searchedTo, undefined);
});

test('a Message-ID of any age is found, and that ends the search', async () => {
  const { rows, searchedTo } = await messages(database).list(accountId, {
    limit: 26,
    q: 'stored-5@acme.test',
  });
  assert.deepEqual(
    [rows.map(({ messageIdHeader }) => messageIdHeader), searchedTo],
    [['<stored-5@acme.test>'], undefined],
  );
});

test('a word of an older message is found when the time or the recipient is given', async () => {
  assert.deepEqual(await found({ q: 'anniversary' }), []);
  assert.deepEqual(await found({ q: 'anniversary', until: new Date(Date.now() - 20 * day) }), [oldest]);
  assert.deepEqual(await found({ q: 'anniversary', after: await idAt(5_000) }), [oldest]);
  assert.deepEqual(await found({ q: 'anniversary', to: 'stored1@rcpt.example' }), [oldest]);
});
