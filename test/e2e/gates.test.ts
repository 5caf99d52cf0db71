import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  newTenant,
  operator,
  submit,
  type Tenant,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
/** An account of these scenarios' own, so that limits and suspension touch no other scenario. */
let own: Tenant;

before(async () => {
  dev = await openDev();
  own = await newTenant(dev.file, 'gates');
});
after(() => dev.stop());

type Given = {
  from?: string;
  mailFrom?: string;
  to?: string | readonly string[];
  headers?: string;
  body?: string;
};

const send = ({
  from = `app@${own.domain}`,
  mailFrom = from,
  to = freshRecipient(),
  headers = '',
  body = 'Hello\n',
}: Given): Promise<string> =>
  submit({
    port: dev.file.smtp.port,
    auth: own.login,
    mailFrom,
    to,
    raw: `From: ${from}\nTo: ada@example.com\nSubject: Gate\n${headers}\n${body}`,
  });

const refusedWith = (pattern: RegExp, command?: string) => (error: Json) => {
  assert.match(error.response, pattern);
  if (command !== undefined) assert.equal(error.command, command);
  return true;
};

test('a sender domain that is not verified is refused at MAIL FROM, with code, fix and page', async () => {
  const pattern = /^550 5\.7\.1 sender_not_verified: .*https?:\/\/\S+\/problems\/sender_not_verified req_/;
  await assert.rejects(send({ from: 'app@elsewhere.example' }), refusedWith(pattern, 'MAIL FROM'));
  const page = await fetch(`${dev.file.api.url}/problems/sender_not_verified`);
  assert.equal(page.status, 200);
});

test('a From header of a domain of another account is refused after the dot', async () => {
  await assert.rejects(
    send({ from: 'app@beta.test', mailFrom: `app@${own.domain}` }),
    refusedWith(/^550 5\.7\.1 sender_not_allowed/, 'DATA'),
  );
});

test('two From fields are refused', async () => {
  await assert.rejects(
    send({ headers: 'From: other@example.com\n' }),
    refusedWith(/^550 5\.6\.0 from_header_malformed/, 'DATA'),
  );
});

test('a suppressed recipient is refused at RCPT TO, and the account can have it reported instead', async () => {
  const to = freshRecipient('suppressed');
  await own.api.post('/v1/suppressions', { address: to });
  await assert.rejects(send({ to }), refusedWith(/^550 5\.7\.1 recipient_suppressed/, 'RCPT TO'));

  await own.api.patch('/v1/account', { suppressed_recipients: 'report' });
  const reply = await eventually('the setting is known', () => send({ to }).catch(() => undefined));
  const trace = await traceAt(own.api, messageIdIn(reply), 'suppressed');
  assert.match(trace.deliveries[0].reason, /suppress/i);
  await own.api.patch('/v1/account', { suppressed_recipients: 'refuse' });
});

test('recipients beyond the limit get 452 and the others are accepted', async () => {
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { max_recipients: 2 } });
  const to = [freshRecipient(), freshRecipient(), freshRecipient()];
  await eventually('the limit is known', async () => {
    const outcome = await send({ to }).then(
      () => undefined,
      (error: Json) => error.response as string,
    );
    // nodemailer goes on with those that were taken and reports the rest beside a success.
    if (outcome !== undefined) assert.match(outcome, /^452 4\.5\.3/);
    const list = await own.api.get<{ data: Json[] }>(`/v1/messages?to=${encodeURIComponent(to[2] ?? '')}`);
    const taken = await own.api.get<{ data: Json[] }>(`/v1/messages?to=${encodeURIComponent(to[0] ?? '')}`);
    return taken.data.length > 0 && list.data.length === 0 ? true : undefined;
  });
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { max_recipients: null } });
});

test('a message beyond the size limit is refused and nothing of it is kept', async () => {
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { max_message_bytes: 20_000 } });
  const to = freshRecipient('large');
  await eventually('the limit is known', async () => {
    const outcome = await send({ to, body: `${'x'.repeat(70)}\n`.repeat(400) }).then(
      () => 'taken',
      (error: Json) => error.response as string,
    );
    return /^552 5\.3\.4 message_too_large/.test(outcome) ? true : undefined;
  });
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { max_message_bytes: null } });
});

test('a message that has been round too often is refused as a loop', async () => {
  const headers = Array.from(
    { length: 120 },
    (_, hop) => `Received: from a.example by b${hop}.example; Sat, 21 Nov 2026 09:00:00 +0000\n`,
  ).join('');
  await assert.rejects(send({ headers }), refusedWith(/^554 5\.4\.6 loop_detected/, 'DATA'));
});

test('an account over its limit gets a temporary refusal', async () => {
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { per_hour: 1 } });
  const outcome = await eventually('the limit binds', () =>
    send({}).then(
      () => undefined,
      (error: Json) => error.response as string,
    ),
  );
  assert.match(outcome, /^451 4\.7\.1 quota_exceeded/);
  await operator(dev.file).patch(`/v1/admin/accounts/${own.id}`, { limits: { per_hour: null } });
});

test('a credential over its own limit is refused temporarily, while the account may go on', async () => {
  const made = await own.client.createSmtpCredential({ body: { name: 'narrow', limits: { per_day: 2 } } });
  const auth = { username: made.username, password: made.secret };
  const from = `app@${own.domain}`;
  const raw = `From: ${from}\nSubject: Narrow\n\nx\n`;
  const narrow = (to: string) => submit({ port: dev.file.smtp.port, auth, mailFrom: from, to, raw });
  for (let turn = 0; turn < 2; turn += 1) assert.match(await narrow(freshRecipient()), /^250 /);
  await assert.rejects(narrow(freshRecipient()), (error: Json) =>
    /^451 4\.7\.1 quota_exceeded: .* the limit per day of the credential/.test(error.response),
  );
  const state = (await own.client.listLimits()).data.find(({ subject_id }) => subject_id === made.id);
  assert.deepEqual([state?.scope, state?.used, state?.remaining], ['credential', 2, 0]);
  assert.match(await send({}), /^250 /);
  await eventually('the warning is an event', async () => {
    const { data } = await own.client.listEvents({ types: 'account.limit_warning' });
    return data.some(({ detail }) => detail.credential_id === made.id && detail.percent === 100);
  });
});

test('a suspended account is refused until it is resumed', async () => {
  await operator(dev.file).post(`/v1/admin/accounts/${own.id}/suspend`, { reason: 'scenario' });
  const outcome = await eventually('the suspension is known', () =>
    send({}).then(
      () => undefined,
      (error: Json) => error.response as string,
    ),
  );
  assert.match(outcome, /account_suspended/);
  await operator(dev.file).post(`/v1/admin/accounts/${own.id}/resume`);
  await eventually('the account is back', () => send({}).catch(() => undefined));
});

test('the same refusals stand in problem documents over HTTP', async () => {
  const body = { from: 'app@elsewhere.example', to: freshRecipient(), subject: 'x', text: 'x' };
  const response = await fetch(`${dev.file.api.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${dev.file.api.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 403);
  assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/);
  const problem = (await response.json()) as Json;
  assert.equal(problem.code, 'sender_not_verified');
  assert.ok(problem.fix && problem.request_id && problem.type.endsWith('/problems/sender_not_verified'));
  await assert.rejects(firstAccount(dev.file).post('/v1/messages', { ...body, from: 'not an address' }), {
    status: 400,
  });
});
