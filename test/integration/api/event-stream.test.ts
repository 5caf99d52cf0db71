import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { deliverOne } from '../postgres/some.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let stranger: TestAccount;
let port: number;

before(async () => {
  api = await openTestApi({ dependencies: { streamBeatMs: 100 } });
  account = await api.makeAccount('Acme');
  stranger = await api.makeAccount('Stranger');
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
  // The first use of a key is an event that is written after the answer: it must not fall among those of a test.
  await eventually('the first use of the key is an event', async () => {
    const { body } = await account.ask('GET /v1/events?types=credential.new_network');
    return body.data.length === 1;
  });
});
after(() => api.close());

type Frame = { readonly id: string; readonly event: string; readonly data: Json };
type Open = {
  readonly response: IncomingMessage;
  readonly frames: Frame[];
  readonly text: () => string;
  readonly isEnded: () => boolean;
  close(): void;
};

function framesIn(text: string): Frame[] {
  return text
    .slice(0, text.lastIndexOf('\n\n') + 1)
    .split('\n\n')
    .map((part) => Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))))
    .filter(({ data }) => data !== undefined)
    .map(({ id, event, data }) => ({ id, event, data: JSON.parse(data) }));
}

function open(key: string, path = '', headers: Record<string, string> = {}): Promise<Open> {
  const sent = { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers };
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path: `/v1/events/stream${path}`, headers: sent });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      let ended = false;
      const frames: Frame[] = [];
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        frames.splice(0, frames.length, ...framesIn(text));
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        ended = true;
      });
      resolve({
        response,
        frames,
        text: () => text,
        isEnded: () => ended,
        close: () => void response.destroy(),
      });
    });
    asked.end();
  });
}

const suppress = (who: TestAccount, address: string) => who.ask('POST /v1/suppressions', { address });
const addressesIn = ({ frames }: Open) => frames.map(({ data }) => data.recipient);

test('events arrive as they are committed, each once, and none of another account', async () => {
  const [one, other] = [await open(account.key), await open(account.key, '?types=message.delivered')];
  assert.equal(one.response.statusCode, 200);
  assert.match(String(one.response.headers['content-type']), /^text\/event-stream/);
  await suppress(stranger, 'not-yours@example.com');
  await suppress(account, 'ada@example.com');
  await deliverOne(api.test.database, account.innerId);
  await suppress(account, 'bob@example.com');
  await eventually(one.text, () => one.frames.length === 4, 60);
  assert.deepEqual(
    one.frames.map(({ event }) => event),
    ['suppression.created', 'message.queued', 'message.delivered', 'suppression.created'],
  );
  await eventually(other.text, () => other.frames.length === 1);
  assert.equal(other.frames[0]?.event, 'message.delivered');
  await eventually('a sign of life', () => one.text().includes(': waiting'));
  one.close();
  other.close();
});

test('a client that connects again gets what it missed, and goes on', async () => {
  const first = await open(account.key);
  await suppress(account, 'c1@example.com');
  await eventually(first.text, () => first.frames.length === 1);
  first.close();
  for (const n of [2, 3, 4]) await suppress(account, `c${n}@example.com`);
  const again = await open(account.key, '', { 'last-event-id': first.frames[0]?.id ?? '' });
  await eventually(again.text, () => again.frames.length === 3);
  await suppress(account, 'c5@example.com');
  await eventually(again.text, () => again.frames.length === 4);
  assert.deepEqual(addressesIn(again), [
    'c2@example.com',
    'c3@example.com',
    'c4@example.com',
    'c5@example.com',
  ]);
  again.close();
});

test('the cursor of a list and the id of a streamed event are the same', async () => {
  const { body } = await account.ask('GET /v1/events?limit=1');
  const stream = await open(account.key, `?after=${body.next_cursor}`, { accept: '*/*' });
  await eventually('it ends by itself', () => stream.isEnded());
  const list = (await account.ask(`GET /v1/events?limit=100&after=${body.next_cursor}`)).body;
  assert.ok(list.data.length > 3);
  assert.deepEqual(
    stream.frames.map(({ data }) => data),
    list.data,
  );
  assert.equal(stream.frames.at(-1)?.id, list.next_cursor);
});

test('a stream ends when its key is revoked', async () => {
  const { key, id } = (await account.ask('POST /v1/api-keys', { name: 'tail' })).body;
  const stream = await open(key);
  assert.equal(stream.isEnded(), false);
  await account.ask(`DELETE /v1/api-keys/${id}`);
  await eventually('the stream ends', () => stream.isEnded());
});

test('a cursor of another list is refused, and so is a stream too many', async () => {
  const wrong = await open(account.key, '?after=AAAA');
  assert.equal(wrong.response.statusCode, 400);
  const streams = await Promise.all(Array.from({ length: 20 }, () => open(stranger.key)));
  await eventually('all are open', () => streams.every(({ text }) => text() !== ''));
  assert.equal((await open(stranger.key)).response.statusCode, 429);
  assert.equal((await open(account.key)).response.statusCode, 200);
  for (const stream of streams) stream.close();
  await eventually(
    'there is a place again',
    async () => (await open(stranger.key)).response.statusCode === 200,
  );
});

test('nothing is read while no client listens', async () => {
  const quiet = await openTestApi();
  const reads: string[] = [];
  const { events } = quiet.dependencies.stores;
  const since = events.since;
  Object.assign(events, {
    since: (...args: Parameters<typeof since>) => {
      reads.push('read');
      return since(...args);
    },
  });
  const owner = await quiet.makeAccount();
  await suppress(owner, 'ada@example.com');
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(reads, []);
  await quiet.close();
});

test('closing the server ends every stream', async () => {
  const own = await openTestApi();
  const owner = await own.makeAccount();
  await own.app.listen({ host: '127.0.0.1', port: 0 });
  const before = port;
  port = (own.app.server.address() as AddressInfo).port;
  const stream = await open(owner.key);
  port = before;
  await own.close();
  await eventually('the stream ends', () => stream.isEnded());
});
