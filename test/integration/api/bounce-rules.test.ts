import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openOwnRules } from '@waybill/io/postgres/bounce-rules/own-rules';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

const path = '/v1/admin/bounce-rules';
const made = async (body: unknown): Promise<Json> => {
  const { status, body: answer, raw } = await api.operator(`POST ${path}`, body);
  assert.equal(status, 201, raw.body);
  return answer;
};
const tried = async (body: unknown): Promise<Json> => (await api.operator(`POST ${path}/test`, body)).body;
const own = async (): Promise<readonly Json[]> =>
  (await api.operator(`GET ${path}`)).body.data.filter(({ kind }: Json) => kind === 'own');

const dsn = [
  'From: MAILER-DAEMON@there.example',
  'Subject: Undelivered',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Sorry.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.there.example',
  '',
  'Final-Recipient: rfc822; bob@there.example',
  'Action: failed',
  'Status: 5.2.2',
  'Diagnostic-Code: smtp; 552 5.2.2 The mailbox is full',
  '',
  '--b--',
  '',
].join('\r\n');

const rule = { pattern: 'account * revoked', category: 'mailbox_disabled', party: 'recipient' };

test('own rules are listed before the built-in ones, in the order that the operator gives them', async () => {
  const { data } = (await api.operator(`GET ${path}`)).body;
  assert.ok(data.length > 20 && data.every(({ kind, id }: Json) => kind === 'built_in' && id === null));
  const one = await made(rule);
  const two = await made({ ...rule, pattern: 'second', position: 1 });
  const three = await made({ ...rule, pattern: 'third' });
  const order = async () => (await own()).map(({ id, position }) => [id, position]);
  assert.deepEqual(await order(), [
    [two.id, 1],
    [one.id, 2],
    [three.id, 3],
  ]);
  await api.operator(`PATCH ${path}/${three.id}`, { position: 1 });
  assert.equal((await api.operator(`DELETE ${path}/${two.id}`)).status, 204);
  assert.deepEqual(await order(), [
    [three.id, 1],
    [one.id, 2],
  ]);
  const { data: entries } = (await api.operator('GET /v1/admin/audit-log')).body;
  const actions = entries
    .map(({ action }: Json) => action)
    .filter((action: string) => action.includes('rule'));
  assert.deepEqual(actions.toSorted(), [
    ...['bounce_rule.changed', 'bounce_rule.created', 'bounce_rule.created', 'bounce_rule.created'],
    'bounce_rule.deleted',
  ]);
});

test('the tester says what a reply would be taken as, by which rule, and whether it suppresses', async () => {
  const before = await tried({ reply: '550 5.1.1 <bob@there.example>: User unknown' });
  assert.deepEqual(
    [before.outcome, before.category, before.rule.kind, before.suppresses],
    ['bounced', 'bad_mailbox', 'built_in', false],
  );
  const named = { reply: '550 Your account was revoked', recipient: 'bob@there.example' };
  const after = await tried(named);
  assert.deepEqual(
    [after.category, after.rule.kind, after.rule.pattern, after.suppresses],
    ['mailbox_disabled', 'own', rule.pattern, true],
  );
  const unmatched = await tried({ reply: '421 4.3.2 Closing' });
  assert.deepEqual([unmatched.outcome, unmatched.rule], ['deferred', null]);
});

test('the tester reads a whole report', async () => {
  const report = Buffer.from(dsn).toString('base64');
  const said = await tried({ report, recipient: 'bob@there.example' });
  assert.deepEqual([said.read_as, said.outcome, said.category], ['dsn', 'bounced', 'mailbox_full']);
  const { body } = await api.operator(`POST ${path}/test`, { report: Buffer.from('Hi').toString('base64') });
  assert.deepEqual([body.code, body.errors[0].pointer], ['request_malformed', '/report']);
});

test('a rule runs in the engine without a restart, and a fault of PostgreSQL leaves the last ones', async () => {
  const running = openOwnRules(api.test.database, () => undefined);
  const names = async () => (await running()).map(({ reply }) => reply);
  assert.deepEqual(await names(), ['third', rule.pattern]);
  const troubles: unknown[] = [];
  let isAway = false;
  const pool = {
    query: (...given: [never]) =>
      isAway ? Promise.reject(new Error('away')) : api.test.database.pool.query(...given),
  };
  const patient = openOwnRules({ pool } as never, (error) => troubles.push(error));
  isAway = true;
  assert.deepEqual(await patient(), []);
  assert.equal(troubles.length, 1);
  isAway = false;
  assert.equal((await patient()).length, 2);
});

test('what no rule can be is refused, and an account sees none of the rules', async () => {
  for (const wrong of [
    { pattern: '***' },
    { pattern: 'ab*' },
    { category: 'none' },
    { pattern: 'x'.repeat(201) },
  ])
    assert.equal((await api.operator(`POST ${path}`, { ...rule, ...wrong })).body.code, 'request_malformed');
  const account = await api.makeAccount();
  assert.equal((await account.ask(`GET ${path}`)).status, 404);
});
