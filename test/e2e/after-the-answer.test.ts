import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Api,
  firstAccount,
  freshRecipient,
  messageIdIn,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
let api: Api;
before(async () => {
  dev = await openDev();
  api = firstAccount(dev.file);
});
after(() => dev.stop());

const magic = (name: string): string => freshRecipient(name, 'sandbox.test');

async function send(to: string, control = ''): Promise<string> {
  const { smtp, credential } = dev.file;
  const raw = `${control}From: app@acme.test\nTo: ${to}\nSubject: After\n\nHello\n`;
  return submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw });
}

test('a recipient who reports spam gets no more mail, and the trace says where the report came from', async () => {
  const to = magic('complaint');
  const trace = await traceAt(api, messageIdIn(await send(to)), 'complained');
  const entry = trace.entries.findLast(({ what }: { what: string }) => what === 'complained');
  assert.match(entry.reason, /reported it as unwanted \(abuse\)/);
  const { data } = await api.get(`/v1/suppressions/${encodeURIComponent(to)}`);
  assert.deepEqual(
    data.map(({ reason }: { reason: string }) => reason),
    ['complaint'],
  );
  await assert.rejects(send(to), /recipient_suppressed/);
});

test('a delivery without an answer is sent again on request, and the trace says so', async () => {
  const id = messageIdIn(await send(magic('drop-after-dot')));
  await traceAt(api, id, 'unknown');
  await api.post(`/v1/messages/${id}/retry`);
  const trace = await eventually('a second attempt', async () => {
    const now = await api.get(`/v1/messages/${id}/trace`);
    return now.deliveries[0].history.length === 2 ? now : undefined;
  });
  assert.deepEqual(
    trace.entries
      .filter(({ kind }: { kind: string }) => kind === 'event')
      .map(({ what }: { what: string }) => what)
      .slice(0, 3),
    ['queued', 'unknown', 'requeued'],
  );
});

test('the same message with the same idempotency key is one message', async () => {
  const to = magic('delivered');
  const control = `X-Waybill-Idempotency-Key: ${to}\n`;
  const [first, second] = await Promise.all([send(to, control), send(to, control)]);
  assert.equal(first, second);
  assert.equal(await send(to, control), first);
  await traceAt(api, messageIdIn(first), 'delivered');
  const { data } = await api.get(`/v1/messages?to=${encodeURIComponent(to)}`);
  assert.equal(data.length, 1);
  await assert.rejects(send(to, `${control}X-Waybill-Tag: other\n`), /idempotency_conflict/);
});
