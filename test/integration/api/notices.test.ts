/** Notices by mail, from the event to the mail that is accepted. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { AccountEvent } from '@waybill/relay/ports';
import { noticeReader } from '../../../apps/api/src/notices.ts';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';
import { addMember, makeUser, openBrowser, type TestUser } from './people.ts';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const origin = 'https://relay.example';

let api: TestApi;
let account: TestAccount;
let owner: TestUser;
let viewer: TestUser;
let read: () => Promise<unknown>;
before(async () => {
  api = await openTestApi({ env: { TRUST_PROXY: '127.0.0.0/8', WAYBILL_PUBLIC_URL: origin } });
  const { reader, limit, work } = noticeReader(api.test.database, api.dependencies);
  // Behind transactions of other tests on the same server.
  read = () =>
    eventually<unknown>('everything is read', async () => {
      while ((await reader.next(limit, work)) > 0);
      return (await unreadOf(api.test.database, reader)) === 0;
    });
  await read();
});
after(() => api.close());
beforeEach(async () => {
  account = await api.makeAccount();
  owner = await makeUser(api);
  viewer = await makeUser(api);
  await addMember(api, owner, { accountId: account.innerId, role: 'owner' });
  await addMember(api, viewer, { accountId: account.innerId, role: 'viewer' });
});

type Mail = { readonly to: string; readonly subject: string; readonly text: string };

const mails = async (): Promise<readonly Mail[]> => {
  const { rows } = await api.test.database.pool.query<{ to: string; subject: string; bytes: Buffer }>(
    `SELECT envelope->'rcptTo'->>0 AS to, subject, bytes FROM message m JOIN message_content c ON c.message_id = m.id
     WHERE envelope->'rcptTo'->>0 = ANY ($1) ORDER BY m.id`,
    [[owner.email, viewer.email]],
  );
  return rows.map(({ to, subject, bytes }) => ({ to, subject, text: bytes.toString() }));
};

async function happens(event: Pick<AccountEvent, 'type' | 'detail'>): Promise<void> {
  const occurredAt = new Date();
  await api.dependencies.stores.outbox.append({ accountId: account.innerId, occurredAt, ...event });
}

const degraded = {
  type: 'domain.degraded',
  detail: { domain: 'acme.example', reason: 'no DKIM record' },
} as const;

test('every member of the account gets one mail that says what happened, also when the event is read twice', async () => {
  await happens(degraded);
  await read();
  await api.test.database.pool.query(`UPDATE event_reader SET tx = 0, seq = 0 WHERE name = 'notices'`);
  await read();
  const sent = await mails();
  assert.deepEqual(sent.map(({ to }) => to).toSorted(), [owner.email, viewer.email].toSorted());
  for (const { subject, text } of sent) {
    assert.match(subject, /^A sender domain lost a record: Account \d+$/);
    assert.match(text, /domain: acme\.example/);
    assert.match(text, /reason: no DKIM record/);
  }
});

test('that an account is about to be erased is mailed to its owners only, with the time', async () => {
  await happens({ type: 'account.deletion_near', detail: { deletesAt: '2026-12-24T10:00:00Z' } });
  await read();
  const [sent, ...more] = await mails();
  assert.deepEqual([sent?.to, more], [owner.email, []]);
  assert.match(sent?.subject ?? '', /^The account is about to be erased: /);
  assert.match(sent?.text ?? '', /deletes at: 2026-12-24T10:00:00Z/);
});

test('a member who switched notices off gets none, and one who switches them on again does', async () => {
  const browser = openBrowser(api, origin);
  await browser.logIn(viewer);
  assert.equal((await browser.ask('PATCH /v1/me', { notices: false })).body.notices, false);
  await happens(degraded);
  await read();
  assert.deepEqual(
    (await mails()).map(({ to }) => to),
    [owner.email],
  );
  assert.equal((await browser.ask('PATCH /v1/me', { notices: true })).body.notices, true);
});

test('a login from a network or a program that is new to the user is an event in each account, and one mail to the user', async () => {
  const second = await api.makeAccount();
  await addMember(api, viewer, { accountId: second.innerId, role: 'owner' });
  const logIn = async (agent: string, from = '192.0.2.7') => {
    const headers = { 'user-agent': agent, 'x-forwarded-for': from };
    assert.equal((await openBrowser(api, origin).logIn(viewer, {}, headers)).status, 201);
  };
  const events = async (of: TestAccount) => (await of.ask('GET /v1/events?types=user.new_login')).body.data;
  await logIn('Firefox/128.0 (Linux)');
  await logIn('Firefox/131.0 (Linux)', '192.0.9.9');
  await logIn('Chrome/129.0 (Windows)');
  await logIn('Chrome/130.0 (Windows)', '203.0.113.5');
  await read();
  for (const one of [account, second]) assert.equal((await events(one)).length, 2);
  const sent = await mails();
  assert.deepEqual(
    sent.map(({ to, subject }) => [to, subject.split(':')[0]]),
    Array(2).fill([viewer.email, 'A new login']),
  );
  assert.match(sent[0]?.text ?? '', /^ip: 192\.0\.2\.7\r\n(?:.*\r\n)?agent: Chrome\/129\.0 \(Windows\)\r$/m);
  assert.match(sent[0]?.text ?? '', /new: agent\r/);
  assert.match(sent[1]?.text ?? '', /new: network\r/);
});

test('an operator without an account gets the notice of a new login, and a user who switched notices off does not', async () => {
  owner = await makeUser(api, { isOperator: true });
  for (const user of [owner, viewer]) {
    const browser = openBrowser(api, origin);
    await browser.logIn(user, {}, { 'user-agent': 'Firefox' });
    await browser.ask('PATCH /v1/me', { notices: user === owner });
    await browser.logIn(user, {}, { 'user-agent': 'Chrome' });
  }
  await read();
  assert.deepEqual(
    (await mails()).map(({ to }) => to),
    [owner.email],
  );
});

test('an event that needs no person is not mailed', async () => {
  await happens({ type: 'suppression.created', detail: { address: 'a@example.com' } });
  await read();
  assert.deepEqual(await mails(), []);
});

test('text of the event cannot add a header or a line', async () => {
  await happens({
    type: 'webhook.failing',
    detail: { url: 'https://x.example/\r\n\r\nBcc: eve@example.com\r\n' },
  });
  await read();
  const [mail] = await mails();
  assert.match(mail?.text ?? '', /url: https:\/\/x\.example\/ +Bcc: eve@example\.com/);
  assert.doesNotMatch(mail?.text ?? '', /^Bcc:/m);
});

test('of many events of one type in an hour five are mailed', async () => {
  for (let count = 0; count < 8; count++)
    await happens({ type: 'credential.locked', detail: { name: 'app' } });
  await read();
  assert.equal((await mails()).length, 10);
});
