/** The tracker answers while PostgreSQL is away, keeps its hits over a crash, and saves each once later. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { encodePatch } from '@waybill/mail/patch';
import { deliveryIdOf, idBytes, makeId } from '@waybill/relay/id';
import { makeTrackingKey, type Token, trackingUrl } from '@waybill/relay/tracking/token';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cable, cableTo, startTracker, type TrackerProcess } from './tracker-process.ts';

const masterKey = randomBytes(32);
const { tracking } = deriveKeys(masterKey);
const key = makeTrackingKey(tracking.id, tracking.secret);
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

let data: TestDatabase;
let cable: Cable;
let folder: string;
let tracker: TrackerProcess;

const start = (): Promise<TrackerProcess> =>
  startTracker({
    DATABASE_URL: cable.url,
    WAYBILL_MASTER_KEY: masterKey.toString('hex'),
    TRACKER_SPOOL_DIR: join(folder, 'spool'),
  });

before(async () => {
  data = await openTestDatabase();
  cable = await cableTo(data.url);
  folder = await mkdtemp(join(tmpdir(), 'waybill-tracker-'));
  tracker = await start();
});
after(async () => {
  await tracker?.stop();
  await cable.cut();
  await data.close();
  await rm(folder, { recursive: true, force: true });
});

type Sent = { readonly deliveryId: string; readonly accountId: string; readonly recipient: string };

/** A delivery as ingress and worker would have left it. */
async function aDelivery(recipient: string): Promise<Sent> {
  const now = new Date();
  const id = (): string => makeId(now, randomBytes(10));
  const accountId = id();
  const streamId = id();
  const messageId = id();
  const { pool } = data.database;
  await pool.query(`INSERT INTO account (id, name) VALUES ($1, 'tracked')`, [accountId]);
  await pool.query(`INSERT INTO stream (id, account_id, name, is_default) VALUES ($1, $2, 'news', true)`, [
    streamId,
    accountId,
  ]);
  const resolution = { accountId, credentialId: undefined, by: 'auth', reason: 'x', rejected: [] } as const;
  const store = openMessageStore({ database: data.database });
  await store.accept({
    id: messageId,
    accountId,
    credentialId: undefined,
    streamId,
    envelope: { mailFrom: 'a@b.test', rcptTo: [recipient], smtpUtf8: false, body: '7bit' },
    bytes: Buffer.from('From: a@b.test\r\n\r\nx\r\n'),
    options: {},
    session: {
      via: 'http',
      clientIp: undefined,
      heloName: undefined,
      protocol: undefined,
      tls: undefined,
      listener: undefined,
      mechanism: undefined,
    },
    resolution,
    notes: [],
    headerFrom: 'a@b.test',
    subject: undefined,
    messageIdHeader: undefined,
    sandbox: true,
    acceptedAt: now,
    sendAt: undefined,
  });
  const deliveryId = deliveryIdOf(messageId, 0);
  const delivery = {
    id: deliveryId,
    recipient,
    index: 0,
    status: 'queued',
    reason: 'x',
    returnPath: 'r@b.test',
    patch: encodePatch([]),
    notes: [],
    expiresAt: new Date(now.getTime() + 86_400_000),
  } as const;
  await store.savePrepared({
    messageId,
    accountId,
    streamId,
    resolution,
    notes: [],
    sandbox: true,
    deliveries: [delivery],
    at: now,
  });
  return { deliveryId, accountId, recipient };
}

const link = (of: { readonly deliveryId: string }, more: Partial<Token> & { type: Token['type'] }): string =>
  trackingUrl({ baseUrl: tracker.url, key }, { deliveryId: idBytes(of.deliveryId), ...more } as Token);
const click = (of: Sent): string => link(of, { type: 'click', linkIndex: 0, url: 'https://example.com/x' });
const get = (url: string) => fetch(url, { redirect: 'manual', headers: browser });

async function eventsOf({ deliveryId }: Sent): Promise<readonly string[]> {
  const { rows } = await data.database.pool.query(
    `SELECT type FROM event WHERE delivery_id = $1 AND type IN ('opened', 'clicked', 'unsubscribed') ORDER BY type`,
    [deliveryId],
  );
  return rows.map(({ type }) => type);
}

const orLog = (what: string) => () => `${what}\n${tracker.log()}`;

const suppressions = async ({ accountId }: Sent) =>
  (await data.database.pool.query('SELECT * FROM suppression WHERE account_id = $1', [accountId])).rows;

test('with PostgreSQL there, open, click and unsubscribe are events within a second or so', async () => {
  const sent = await aDelivery('Ada@Example.com');
  assert.equal((await get(link(sent, { type: 'open' }))).status, 200);
  assert.equal((await get(click(sent))).headers.get('location'), 'https://example.com/x');
  await get(link(sent, { type: 'unsubscribe' }));
  await eventually(orLog('open and click'), async () => (await eventsOf(sent)).length === 2);
  assert.deepEqual(await suppressions(sent), [], 'looking at the page changes nothing');
  const post = await fetch(link(sent, { type: 'unsubscribe' }), {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
  });
  assert.equal(post.status, 200);
  await eventually(orLog('unsubscribed'), async () => (await eventsOf(sent)).length === 3);
  const [row] = await suppressions(sent);
  assert.equal(row.address, 'ada@example.com');
  assert.equal(row.reason, 'unsubscribe');
  assert.ok(row.stream_id, 'of the stream that the message came from');
});

test('with PostgreSQL away every request is answered at once; a crash loses no hit; each hit is saved once', async () => {
  const sent = await aDelivery('bob@example.com');
  await cable.cut();
  const started = performance.now();
  for (let n = 0; n < 20; n++) assert.equal((await get(click(sent))).status, 302);
  assert.equal((await get(link(sent, { type: 'open' }))).status, 200);
  const post = await fetch(link(sent, { type: 'unsubscribe' }), {
    method: 'POST',
    body: 'List-Unsubscribe=One-Click',
  });
  assert.equal(post.status, 200);
  // Waiting for PostgreSQL would take seconds for each request.
  assert.ok(performance.now() - started < 20_000);
  assert.equal((await fetch(`${tracker.url}/readyz`)).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 700));

  await tracker.crash();
  tracker = await start();
  assert.equal((await get(click(sent))).status, 302);
  assert.deepEqual(await eventsOf(sent), []);
  await cable.join();
  await eventually(orLog('all of it'), async () => (await eventsOf(sent)).length >= 23);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const types = await eventsOf(sent);
  assert.equal(types.filter((type) => type === 'clicked').length, 21);
  assert.equal(types.filter((type) => type === 'opened').length, 1);
  assert.equal(types.filter((type) => type === 'unsubscribed').length, 1);
  assert.equal((await suppressions(sent)).length, 1);
});

test('a hit for an unknown delivery is dropped and delays no other hit', async () => {
  const sent = await aDelivery('eve@example.com');
  assert.equal((await get(click({ ...sent, deliveryId: makeId(new Date(), randomBytes(10)) }))).status, 302);
  assert.equal((await get(click(sent))).status, 302);
  await eventually(orLog('the other one'), async () => (await eventsOf(sent)).length === 1);
  await eventually(orLog('a line in the log'), async () => tracker.log().includes('unknown delivery'));
});

test('the classification of an agent is stored, its address and user agent are not', async () => {
  const sent = await aDelivery('zoe@example.com');
  await fetch(link(sent, { type: 'open' }), { headers: { 'user-agent': 'via ggpht.com GoogleImageProxy' } });
  await eventually(orLog('the open'), async () => (await eventsOf(sent)).length === 1);
  const { rows } = await data.database.pool.query(
    `SELECT detail FROM event WHERE delivery_id = $1 AND type = 'opened'`,
    [sent.deliveryId],
  );
  assert.deepEqual(rows[0].detail.agent, { kind: 'proxy', name: 'gmail' });
  assert.doesNotMatch(JSON.stringify(rows), /ggpht|127\.0\.0\.1/);
  assert.doesNotMatch(tracker.log(), /ggpht/);
});

test('a second tracker on the same spool does not start', async () => {
  await assert.rejects(start(), /in use by process/);
});

test('it stops when asked, with everything on the disk', async () => {
  assert.equal(await tracker.stop(), 0);
  tracker = await start();
});
