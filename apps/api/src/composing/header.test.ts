import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendBody } from '@waybill/contract/send';
import { fieldsNamed, fieldValue, parseHeaders } from '@waybill/mail/headers';
import { RequestFault } from '@waybill/relay/management/request-fault';
import { compose } from '../compose.ts';

const now = new Date('2026-11-29T10:00:00Z');
const composed = async (more: Record<string, unknown>) => {
  const body = sendBody.parse({ from: 'ada@acme.test', to: 'bob@example.com', text: 'x', ...more });
  return parseHeaders((await compose(body, now)).bytes).fields;
};
const valuesOf = async (name: string, more: Record<string, unknown>): Promise<readonly string[]> =>
  fieldsNamed(await composed(more), name).map(fieldValue);

test('a long word of a subject is encoded, so that no line is too long', async () => {
  const fields = await composed({ subject: 'x'.repeat(998) });
  const lines = fields.flatMap(({ raw }) => raw.toString('latin1').split('\r\n'));
  assert.ok(
    lines.every((line) => line.length <= 78),
    lines.join('\n'),
  );
});

test('ASCII in a field of the caller is folded at spaces and otherwise stays as it is', async () => {
  const url = `<https://acme.test/unsubscribe/${'t'.repeat(300)}>`;
  const ids = Array.from({ length: 30 }, (_, index) => `<${index}@acme.test>`).join(' ');
  const headers = { 'List-Unsubscribe': url, References: ids, 'X-Word': '=?utf-8?q?a?=' };
  assert.deepEqual(await valuesOf('List-Unsubscribe', { headers }), [url]);
  assert.deepEqual(await valuesOf('References', { headers }), [ids]);
  assert.deepEqual(await valuesOf('X-Word', { headers }), ['=?utf-8?q?a?=']);
  const lines =
    fieldsNamed(await composed({ headers }), 'References')[0]
      ?.raw.toString()
      .split('\r\n') ?? [];
  assert.ok(lines.every((line) => line.length <= 78));
});

test('a word that no line of a header can hold is refused with its pointer', async () => {
  const refused = composed({ headers: { 'X-Token': 'x'.repeat(1_000) } });
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof RequestFault);
    assert.deepEqual(
      error.faults.map(({ pointer }) => pointer),
      ['/headers/X-Token'],
    );
    return true;
  });
  assert.equal((await valuesOf('X-Token', { headers: { 'X-Token': 'x'.repeat(980) } }))[0]?.length, 980);
});

test('a Message-ID of the caller is the only one', async () => {
  assert.deepEqual(await valuesOf('Message-ID', { headers: { 'message-id': '<a@acme.test>' } }), [
    '<a@acme.test>',
  ]);
  assert.match((await valuesOf('Message-ID', {}))[0] ?? '', /^<[0-9a-f-]{36}@acme\.test>$/);
});

test('a field given in two cases is refused', async () => {
  const headers = { 'X-Note': 'a', 'x-note': 'b' };
  await assert.rejects(composed({ headers }), (error) => error instanceof RequestFault);
});

test('an address with dots that need quotation marks is written with them, in header and envelope', async () => {
  assert.deepEqual(await valuesOf('To', { to: ['Kei <a..b@docomo.test>', 'a.@docomo.test'] }), [
    'Kei <"a..b"@docomo.test>, "a."@docomo.test',
  ]);
});

test('a faulty address among several is shown by its place', async () => {
  await assert.rejects(composed({ cc: ['ada@acme.test', 'no-address'] }), (error) => {
    assert.ok(error instanceof RequestFault);
    assert.equal(error.faults[0]?.pointer, '/cc/1');
    return true;
  });
});
