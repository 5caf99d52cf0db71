/** The product while Redis, PostgreSQL or both are stopped. An installation of its own, so that no other test is disturbed. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { hasRedisServer, type RedisServer, startRedis } from '../integration/queue/redis-server.ts';
import {
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  reasonsIn,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { freePortOffset, openDatabaseOf, startTestDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { logIn, openDialogue, sendMessage } from '../support/smtp-dialogue.ts';

let dev: TestDev;
let redis: RedisServer | undefined;
before(async () => {
  redis = hasRedisServer() ? await startRedis() : undefined;
  const env: Record<string, string> = redis === undefined ? {} : { REDIS_URL: redis.url };
  dev = await startTestDev({ portOffset: await freePortOffset(), env });
});
after(async () => {
  await dev?.stop();
  await redis?.close();
});

const needsRedis = (t: TestContext): boolean => {
  if (redis === undefined) t.skip('redis-server is not installed here; CI installs it');
  return redis !== undefined;
};

const from = 'app@acme.test';
const html = '<p><a href="https://example.com/here">here</a></p>';
const aMessage = (to: string): string =>
  `From: ${from}\nTo: ${to}\nSubject: Away\nMIME-Version: 1.0\nContent-Type: text/html\n\n${html}\n`;
const send = async (to: string): Promise<string> =>
  messageIdIn(
    await submit({
      port: dev.file.smtp.port,
      auth: dev.file.credential,
      mailFrom: from,
      to,
      raw: aMessage(to),
    }),
  );

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Ends PostgreSQL while who would start it again is frozen, so that it stays away until `work` is done. */
async function withoutPostgres<T>(work: () => Promise<T>): Promise<T> {
  const { pid } = dev;
  const postgres = (await dev.reread()).processes.postgres;
  assert.ok(pid !== undefined && postgres !== undefined);
  const { port } = await addressOfDatabase();
  process.kill(pid, 'SIGSTOP');
  try {
    // SIGQUIT is PostgreSQL's immediate shutdown: as in a crash, nothing is finished.
    process.kill(postgres, 'SIGQUIT');
    await eventually('PostgreSQL is gone', async () => ((await isOpen(port)) ? undefined : true));
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
    await eventually('PostgreSQL is back', async () => ((await isOpen(port)) ? true : undefined), 30);
  }
}

async function addressOfDatabase(): Promise<{ readonly port: number }> {
  const client = await openDatabaseOf(dev);
  const { port } = client;
  await client.end();
  return { port };
}

const eventTypes = async (id: string): Promise<readonly string[]> => {
  const list = await firstAccount(dev.file)
    .get<{ data: Json[] }>(`/v1/messages/${id}/events`)
    .catch(() => ({ data: [] }));
  return list.data.map(({ type }) => type);
};

/** The sweeper leaves a new message to its job for most of a minute; the scenario does not wait that long. */
async function makeDue(recipient: string): Promise<void> {
  const database = await openDatabaseOf(dev);
  const { rowCount } = await database
    .query("UPDATE message SET next_action_at = now() WHERE envelope->'rcptTo' ? $1 AND state = 'accepted'", [
      recipient,
    ])
    .finally(() => database.end());
  assert.equal(rowCount, 1, 'it is saved and not enqueued');
}

type Links = { readonly click: string; readonly pixel: string; readonly unsubscribe: string };

async function linksOf(to: string): Promise<Links> {
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  const text = raw.toString('latin1');
  const found = (pattern: RegExp): string => {
    const url = pattern.exec(text)?.[1];
    assert.ok(url, `${pattern} in what arrived`);
    return url;
  };
  return {
    click: found(/href="(http[^"]+\/c\/[^"]+)"/),
    pixel: found(/src="(http[^"]+\/o\/[^"]+)"/),
    unsubscribe: found(/^List-Unsubscribe:.*?<(http[^>]+)>/ms),
  };
}

/** What a recipient's mail program does; every answer as if nothing were amiss. */
async function openClickAndLeave({ click, pixel, unsubscribe }: Links): Promise<void> {
  const picture = await fetch(pixel);
  assert.equal(picture.headers.get('content-type'), 'image/gif');
  const redirect = await fetch(click, { redirect: 'manual' });
  assert.equal(redirect.headers.get('location'), 'https://example.com/here');
  const body = 'List-Unsubscribe=One-Click';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await fetch(unsubscribe, { method: 'POST', headers, body })).status, 200);
}

async function assertCounted(id: string, to: string): Promise<void> {
  const wanted = ['message.opened', 'message.clicked', 'message.unsubscribed'];
  await eventually(
    'open, click and unsubscribe are events',
    async () => {
      const types = await eventTypes(id);
      return wanted.every((type) => types.includes(type)) || undefined;
    },
    30,
  );
  const list = await firstAccount(dev.file).get<{ data: Json[] }>('/v1/suppressions?limit=100');
  assert.ok(list.data.some(({ address }) => address === to));
}

test('on Redis a message is accepted, tracked, signed, delivered and explained', async (t) => {
  if (!needsRedis(t)) return;
  const to = freshRecipient();
  const id = await send(to);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(reasonsIn(trace), /rewrite-links: 1 link tracked\. .+click tracking/);
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  await assertSigned(raw, dev.file, 'acme.test');
  await openClickAndLeave(await linksOf(to));
  await assertCounted(id, to);
});

test('on Redis a recipient that is put off is tried again and delivered', async (t) => {
  if (!needsRedis(t)) return;
  const id = await send(freshRecipient('softbounce', 'sandbox.test'));
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.deepEqual(
    trace.deliveries[0].history.map(({ outcome }: Json) => outcome),
    ['deferred', 'deferred', 'delivered'],
  );
  assert.match(trace.deliveries[0].history[0].reason, /4\d\d/);
});

test('with Redis stopped a message is still accepted with 250, and the sweeper enqueues it', async (t) => {
  if (!needsRedis(t)) return;
  await redis?.kill();
  const to = freshRecipient('notEnqueued');
  const id = await send(to).finally(() => redis?.start());
  await makeDue(to);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(reasonsIn(trace), /queued\. It is prepared and waits for its first attempt/);
  await caughtBy(firstAccount(dev.file), to);
});

test('with PostgreSQL and the queue stopped, pixel, redirect and one-click unsubscribe answer and are counted later', async () => {
  const to = freshRecipient('reader');
  const id = await send(to);
  const links = await linksOf(to);
  await redis?.kill();
  await withoutPostgres(() => openClickAndLeave(links)).finally(() => redis?.start());
  await assertCounted(id, to);
  const trace = await firstAccount(dev.file).get(`/v1/messages/${id}/trace`);
  assert.match(reasonsIn(trace), /unsubscribed/);
});

test('with PostgreSQL stopped a session gets 451, nothing is stored in part, and afterwards mail is accepted again', async () => {
  const to = freshRecipient('refused');
  const bytes = aMessage(to).replaceAll('\n', '\r\n');
  const { port } = dev.file.smtp;
  const { username, password } = dev.file.credential;
  const dialogue = await openDialogue({ port, silenceMs: 20_000 });
  assert.equal((await logIn(dialogue, username, password)).code, 235);
  await withoutPostgres(async () => {
    const said = await sendMessage(dialogue, { from, to, bytes });
    assert.equal(said.code, 451, said.text);
    assert.match(said.text, /^4\.3\.\d temporarily_unavailable/);
    const other = await openDialogue({ port, silenceMs: 20_000 });
    // A client that logged in a moment ago is still known; another one gets a temporary refusal.
    const login = await logIn(
      other,
      dev.file.second.credential.username,
      dev.file.second.credential.password,
    );
    assert.equal(login.code, 454, login.text);
    other.close();
  });
  dialogue.close();
  const database = await eventually('the database answers', () => openDatabaseOf(dev).catch(() => undefined));
  const counted = await database
    .query(
      `SELECT (SELECT count(*) FROM message WHERE envelope->'rcptTo' ? $1)::int AS messages,
              (SELECT count(*) FROM message_content c WHERE NOT EXISTS (SELECT FROM message m WHERE m.id = c.message_id))::int AS orphans,
              (SELECT count(*) FROM delivery WHERE recipient = $1)::int AS deliveries`,
      [to],
    )
    .finally(() => database.end());
  assert.deepEqual(counted.rows, [{ messages: 0, orphans: 0, deliveries: 0 }]);
  const id = await eventually('mail is accepted again', () => send(to).catch(() => undefined), 30);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(trace.reason, /They took the message/);
});
