/** Lists as files, and the import of suppressions. docs/reliability.md S15. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readCsv } from '@waybill/relay/csv/read-csv';
import { everyRoute, type Route } from './every-route.ts';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;
let routes: readonly Route[];

before(async () => {
  api = await openTestApi();
  account = await seedAccount(api, 1);
  routes = await everyRoute(api);
});
after(() => api.close());

const rowsOf = (text: string): readonly (readonly string[])[] => [...readCsv(text)].map(({ cells }) => cells);

const send = async (subject: string) => {
  const mail = { from: account.from, to: 'ada@example.com', subject, text: 'y', tags: ['a', 'b'] };
  return (await account.ask('POST /v1/messages', mail)).body.id as string;
};

test('every list is a CSV file and lines of JSON, with the fields of its items', async () => {
  const document = (await api.as(undefined)('GET /openapi.json')).body;
  const lists = routes.filter(
    ({ method, path }) =>
      method === 'GET' && document.paths[path].get.responses['200']?.content?.['application/x-ndjson'],
  );
  assert.ok(lists.length >= 15, `${lists.length} lists`);
  for (const { path } of lists.filter((route) => !route.path.includes('{'))) {
    const ask = path.startsWith('/v1/admin') ? api.operator : account.ask;
    const [csv, ndjson] = [await ask(`GET ${path}?format=csv`), await ask(`GET ${path}?format=ndjson`)];
    assert.match(String(csv.raw.headers['content-type']), /^text\/csv/, path);
    assert.match(String(csv.raw.headers['content-disposition']), /attachment; filename=".*\.csv"/);
    const [header = [], ...rows] = rowsOf(csv.raw.body);
    const items = ndjson.raw.body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    assert.ok(header.length > 1, path);
    if (path !== '/v1/audit-log' && path !== '/v1/admin/audit-log')
      assert.equal(rows.length, items.length, path);
    for (const item of items) assert.deepEqual(Object.keys(item).toSorted(), [...header].toSorted(), path);
  }
});

test('Accept asks for a file as format does', async () => {
  const answer = await account.ask('GET /v1/messages', undefined, { accept: 'text/csv' });
  assert.match(answer.raw.body, /^id,state,status,/);
  const lines = await account.ask('GET /v1/messages', undefined, { accept: 'application/x-ndjson' });
  assert.equal(JSON.parse(lines.raw.body.split('\n')[0] ?? '').id.slice(0, 4), 'msg_');
});

test('a subject that is a formula is text in the file', async () => {
  const id = await send('=HYPERLINK("http://evil.example","click")');
  const { raw } = await account.ask('GET /v1/messages?format=csv');
  const [header = [], ...rows] = rowsOf(raw.body);
  const row = rows.find((cells) => cells.includes(id)) ?? [];
  assert.equal(row[header.indexOf('subject')], '\'=HYPERLINK("http://evil.example","click")');
  assert.equal(row[header.indexOf('tags')], 'a, b');
});

test('a file holds the whole list, not a page, and only rows of the filter', async () => {
  await api.test.database.pool.query(
    `INSERT INTO message (id, account_id, state, envelope, size, accepted_at, custom_id)
      SELECT waybill_new_id(now()), $1, 'processed', '{"rcptTo": ["ada@example.com"]}', 1, now(), 'many' FROM generate_series(1, 1100)`,
    [account.innerId],
  );
  const { raw } = await account.ask('GET /v1/messages?format=ndjson&custom_id=many&limit=5');
  assert.equal(raw.body.trimEnd().split('\n').length, 1100);
});

const importFile = (text: string, query = '', headers: Record<string, string> = {}) =>
  account.ask(`POST /v1/suppressions/import${query}`, text, { 'content-type': 'text/csv', ...headers });

const suppressed = async (address: string): Promise<Json> =>
  (await account.ask(`GET /v1/suppressions/${encodeURIComponent(address)}`)).body.data?.[0];

const file = [
  'email,reason,note,expires_at,unknown column',
  'One@Example.com,hard_bounce,"moved, they said",,x',
  'no address,,,,',
  'two@example.com,unheard_of,,,',
  'three@example.com,,,2099-01-31T12:00:00Z,',
  'three@example.com,,,,',
  '',
].join('\r\n');

test('a preview counts and names malformed rows by their line, and imports nothing', async () => {
  const { body } = await importFile(file, '?dry_run=true');
  assert.deepEqual([body.dry_run, body.rows, body.created, body.known, body.malformed], [true, 5, 2, 1, 2]);
  assert.deepEqual(
    body.faults.map(({ line }: Json) => line),
    [3, 4],
  );
  assert.match(body.faults[0].detail, /"no address" is not a mail address/);
  assert.deepEqual(body.preview[0].address, 'one@example.com');
  assert.equal(await suppressed('one@example.com'), undefined);
});

test('the good rows of a file are imported once, with their reason, note and expiry', async () => {
  const { body } = await importFile(file);
  assert.deepEqual([body.rows, body.created, body.known, body.malformed], [5, 2, 1, 2]);
  const one = await suppressed('one@example.com');
  assert.deepEqual([one.reason, one.evidence.note], ['hard_bounce', 'moved, they said']);
  const again = await importFile(file);
  assert.deepEqual([again.body.created, again.body.known], [0, 3]);
  const [entry] = (await account.ask('GET /v1/audit-log?action=suppression.imported')).body.data;
  assert.deepEqual([entry.target, entry.detail.after.created], ['2 addresses', 2]);
});

test('a file of addresses alone needs no header, and progress comes line by line', async () => {
  const text = Array.from({ length: 2_500 }, (_, index) => `p${index}@example.com`).join('\n');
  const { raw } = await importFile(text, '', { accept: 'application/x-ndjson' });
  const states = raw.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    states.map(({ rows, created }) => [rows, created]),
    [
      [1_000, 1_000],
      [2_000, 2_000],
      [2_500, 2_500],
    ],
  );
});

test('what is exported can be imported into another account', async () => {
  const other = await seedAccount(api, 2);
  const { raw } = await account.ask('GET /v1/suppressions/export?reason=hard_bounce');
  assert.match(raw.body, /^id,address,reason,/);
  const answer = await other.ask('POST /v1/suppressions/import', raw.body, { 'content-type': 'text/csv' });
  assert.deepEqual([answer.body.created, answer.body.malformed], [1, 0]);
  assert.equal((await importFile('', '')).body.rows, 0);
  assert.equal((await importFile('a\0b')).status, 400);
});
