/** Commands of the host that show and repeat what happened: they say what the API says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from '../integration/api/seeded-account.ts';
import { type Json, openTestApi, type TestApi } from '../integration/api/test-api.ts';
import { productionNames } from '../support/production.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const bin = `${root}/apps/cli/bin/waybill.mjs`;
const key = randomBytes(32).toString('hex');

let api: TestApi;
let owner: Seeded;
let stranger: Seeded;
before(async () => {
  api = await openTestApi({ env: { WAYBILL_MASTER_KEY: key } });
  owner = await seedAccount(api, 1);
  stranger = await seedAccount(api, 2);
});
after(() => api.close());

type Ended = { readonly code: number; readonly output: string };

const waybill = (of: Seeded, ...args: readonly string[]): Promise<Ended> => {
  const { PATH = '' } = process.env;
  const env = { ...productionNames, PATH, DATABASE_URL: api.test.url, WAYBILL_MASTER_KEY: key };
  return run(process.execPath, [bin, ...args, '--account', of.id], { env, cwd: root }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: Json) => ({ code: error.code as number, output: `${error.stdout}${error.stderr}` }),
  );
};

const idOf = (name: string): string => owner.ids[name] ?? '';

/** As the worker leaves a delivery that it gave up. */
async function fail(): Promise<void> {
  const sql =
    "UPDATE webhook_delivery SET status = 'failed', next_attempt_at = NULL, ended_at = now() WHERE id = $1";
  await api.test.database.pool.query(sql, [parsePublicId('whd', idOf('webhook-deliveries'))]);
}
const status = async (): Promise<string> =>
  (await owner.ask(`GET /v1/webhooks/deliveries/${idOf('webhook-deliveries')}`)).body.status;

test('message trace shows the steps that the API shows, for people in columns', async () => {
  const id = idOf('messages');
  const { id: _id, entries, reason, state } = (await owner.ask(`GET /v1/messages/${id}/trace`)).body;
  assert.ok(entries.length > 2);
  const printed = await waybill(owner, 'message', 'trace', id, '--json');
  assert.deepEqual(JSON.parse(printed.output), { id, state, reason, entries });
  const { output } = await waybill(owner, 'message', 'trace', id);
  assert.match(output, /^AT +RECIPIENT +STEP +WHAT +REASON$/m);
  assert.match(output, /^\S+Z +ada@example\.com +sign-dkim +nothing signed +nothing signed\.$/m);
});

test('webhook show has the settings and the newest deliveries', async () => {
  const id = idOf('webhooks');
  const settings = (await owner.ask(`GET /v1/webhooks/${id}`)).body;
  const { data: deliveries } = (await owner.ask(`GET /v1/webhooks/${id}/deliveries`)).body;
  assert.equal(deliveries.length, 1);
  const printed = await waybill(owner, 'webhook', 'show', id, '--json');
  assert.deepEqual(JSON.parse(printed.output), { ...settings, deliveries });
  const { output } = await waybill(owner, 'webhook', 'show', id);
  assert.match(output, /^url +https:\/\/hooks-1\.example\/$/m);
  assert.match(output, /^whd_\S+ +\S+Z +webhook\.test +waiting +0 +-$/m);
});

test('webhook replay sends one delivery again, or a range of time', async () => {
  await fail();
  const one = await waybill(owner, 'webhook', 'replay', idOf('webhook-deliveries'), '--json');
  assert.equal(one.code, 0, one.output);
  assert.equal(JSON.parse(one.output).status, 'waiting');
  assert.equal(await status(), 'waiting');
  await fail();
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const range = await waybill(owner, 'webhook', 'replay', idOf('webhooks'), '--since', since);
  assert.match(range.output, /^Deliveries that are sent again: [1-9]\d*\.$/m);
  assert.equal(await status(), 'waiting');
  const noted = (await owner.ask('GET /v1/audit-log')).body.data.map((row: Json) => [row.action, row.actor]);
  for (const action of ['webhook_delivery.replayed', 'webhook.replayed'])
    assert.ok(
      noted.some(([what, who]: Json) => what === action && who === 'waybill webhook replay'),
      action,
    );
});

test('what is missing, wrong or of another account is named, and nothing changes', async () => {
  await fail();
  const webhook = idOf('webhooks');
  for (const [of, args, said] of [
    [owner, ['webhook', 'replay', webhook], /since a time\.\nFix: give --since/],
    [owner, ['webhook', 'replay', webhook, '--since', 'yesterday'], /A time like 2026-/],
    [owner, ['webhook', 'replay', webhook, '--since', '2020-01-01T00:00:00Z'], /at most 7 days ago/],
    [owner, ['webhook', 'replay', 'x', '--since', '2020-01-01T00:00:00Z'], /x is no webhook id\.\nFix: /],
    [owner, ['webhook', 'replay', idOf('webhook-deliveries'), '--all'], /is one delivery\.\nFix: /],
    [owner, ['message', 'trace', 'msg_x'], /msg_x is no message id\.\nFix: /],
    [stranger, ['webhook', 'replay', idOf('webhook-deliveries')], /not_found/],
    [stranger, ['webhook', 'show', webhook], /not_found/],
    [stranger, ['message', 'trace', idOf('messages')], /not_found/],
  ] as const) {
    const { code, output } = await waybill(of, ...args);
    assert.equal(code, 1, output);
    assert.match(output, said);
    assert.doesNotMatch(output, /\n +at /);
  }
  assert.equal(await status(), 'failed');
});
