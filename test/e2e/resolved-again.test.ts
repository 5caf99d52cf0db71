/** What the worker decides from the stored bytes alone, when something changed since the session said 250. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  newTenant,
  operator,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDatabaseOf, openDev, type TestDev, whileFrozen } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const aMessage = (from: string, to: string): string =>
  `From: ${from}\nTo: ${to}\nSubject: Resolved again\nContent-Type: text/plain\n\nHello\n`;

/** One character of the stored account header becomes another: the last digit of its MAC. */
const alterSql = `
  UPDATE message_content c
  SET bytes = set_byte(c.bytes, place.at, CASE get_byte(c.bytes, place.at) WHEN 48 THEN 49 ELSE 48 END)
  FROM (SELECT m.message_id, position('mac='::bytea IN m.bytes) + 3 + 63 AS at
        FROM message_content m JOIN message ON message.id = m.message_id
        WHERE message.envelope->'rcptTo' ? $1) place
  WHERE c.message_id = place.message_id`;

async function alterHeader(recipient: string): Promise<void> {
  const client = await openDatabaseOf(dev);
  try {
    const { rowCount } = await client.query(alterSql, [recipient]);
    assert.equal(rowCount, 1);
  } finally {
    await client.end();
  }
}

type Sending = Parameters<typeof submit>[0];

async function sendAltered(how: Omit<Sending, 'to' | 'raw'>, from = how.mailFrom) {
  const to = freshRecipient('altered');
  const id = await whileFrozen(dev, 'worker', async () => {
    const reply = await submit({ ...how, to, raw: aMessage(from, to) });
    await alterHeader(to);
    return messageIdIn(reply);
  });
  return { id, to };
}

async function discardOf(messageId: string): Promise<Json> {
  return eventually(`the discard of ${messageId}`, async () => {
    const list = await operator(dev.file).get<{ data: Json[] }>('/v1/admin/discards?limit=50');
    return list.data.find((discard) => discard.message_id === messageId);
  });
}

test('an altered account header is ignored, and the connecting address of an own network names the account', async () => {
  const { id, to } = await sendAltered({
    port: dev.file.relay.port,
    localAddress: dev.file.networks.own.replace('/32', ''),
    mailFrom: 'app@acme.test',
  });
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.equal(trace.resolution.by, 'ip');
  assert.match(trace.resolution.reason, /127\.0\.0\.42.*forged X-Waybill-Account header was ignored/);
  assert.match(JSON.stringify(trace.entries), /forged header ignored/);
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  assert.doesNotMatch(raw.toString('latin1'), /X-Waybill/i);
  await assertSigned(raw, dev.file, 'acme.test');
});

test('an altered account header is ignored, and without a network the From address names the account', async () => {
  const { id } = await sendAltered({
    port: dev.file.smtp.port,
    auth: dev.file.credential,
    mailFrom: 'app@acme.test',
  });
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.equal(trace.resolution.by, 'from_domain');
  assert.match(trace.resolution.reason, /domain of app@acme\.test is verified.*forged/);
});

test('an altered account header with nothing else that names an account ends as a discard', async () => {
  const lenient = await newTenant(dev.file, 'altered', { sender_policy: 'lenient' });
  const { id } = await sendAltered({
    port: dev.file.smtp.port,
    auth: lenient.login,
    mailFrom: 'someone@stranger.example',
  });
  const discard = await discardOf(id);
  assert.equal(discard.stage, 'worker');
  assert.match(discard.resolution.reason, /someone@stranger\.example does not single out.*forged/);
  assert.equal(discard.evidence.header, 'forged');
  const trace = await lenient.api.get(`/v1/messages/${id}/trace`);
  assert.equal(trace.state, 'discarded');
  assert.match(trace.reason, /forged X-Waybill-Account header was ignored/);
});

test('the message of an account that is deleted while it waits is cancelled and never leaves', async () => {
  const gone = await newTenant(dev.file, 'deleted');
  const to = freshRecipient('deleted');
  const from = `app@${gone.domain}`;
  await whileFrozen(dev, 'worker', async () => {
    await submit({
      port: dev.file.smtp.port,
      auth: gone.login,
      mailFrom: from,
      to,
      raw: aMessage(from, to),
    });
    await operator(dev.file).remove(`/v1/admin/accounts/${gone.id}`);
  });
  const client = await openDatabaseOf(dev);
  const row = await eventually('the cancelled delivery', async () => {
    const { rows } = await client.query(
      'SELECT status, reason, attempts FROM delivery WHERE recipient = $1',
      [to],
    );
    return rows[0];
  }).finally(() => client.end());
  assert.deepEqual(row, { status: 'cancelled', reason: 'account is being deleted', attempts: 0 });
});
