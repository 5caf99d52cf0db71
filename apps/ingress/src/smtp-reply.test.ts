import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import { refusals } from '@waybill/relay/refusal-table';
import { acceptedReply, replyOf } from './smtp-reply.ts';

const facts = { publicUrl: 'https://waybill.test', requestId: 'req_0123456789abcdefghjkmnpqrs' };
const line = (error: unknown): string => {
  const { code, text } = replyOf(error, facts);
  return `${code} ${text}`;
};

for (const code of Object.keys(refusals) as RefusalCode[]) {
  test(`the reply to ${code} has its code, one status, a URL and the request id`, () => {
    const { smtp, status } = refusals[code];
    const reply = line(new Refusal(code, { detail: 'a detail' }));
    assert.ok(reply.startsWith(`${smtp} ${status} `));
    assert.equal(status[0], `${smtp}`[0]);
    assert.doesNotMatch(reply.slice(`${smtp} ${status} `.length), /^\d\.\d/);
    assert.ok(reply.endsWith(` https://waybill.test/problems/${code} ${facts.requestId}`));
    assert.match(reply, /a detail/);
  });
}

test('well-known texts stand first, alone', () => {
  assert.ok(line(new Refusal('relay_denied')).startsWith('550 5.7.1 we do not relay https://'));
  assert.ok(
    line(new Refusal('authentication_required')).startsWith('530 5.7.0 Authentication required https://'),
  );
});

test('other replies name their stable code', () => {
  const reply = line(new Refusal('sender_not_verified', { detail: 'acme.example has no valid DKIM record' }));
  assert.ok(
    reply.startsWith('550 5.7.1 sender_not_verified: acme.example has no valid DKIM record https://'),
  );
});

test('an unplanned error is temporary, and its text is not sent', () => {
  for (const error of [
    new Error('secret text'),
    'secret text',
    undefined,
    new Refusal('temporarily_unavailable', { cause: new Error('secret text') }),
  ]) {
    const reply = line(error);
    assert.match(reply, /^451 4\.3\.0 /);
    assert.doesNotMatch(reply, /secret/);
  }
});

test('a full database is 452 4.3.1, so that the client keeps its copy', () => {
  const reply = line(Object.assign(new Error('secret text'), { code: '53100' }));
  assert.match(reply, /^452 4\.3\.1 storage_full: Insufficient storage, try again later https/);
  assert.doesNotMatch(reply, /secret/);
});

test('a detail can neither start another line nor make the line too long', () => {
  const reply = line(
    new Refusal('sender_not_verified', { detail: `a\r\n250 2.0.0 fine\u2028\0ü${'x'.repeat(2_000)}` }),
  );
  assert.match(reply, /^[ -~]+$/);
  assert.equal(reply.length, 510);
  assert.ok(reply.endsWith(facts.requestId));
});

const ids = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `dlv_${`${index}`.padStart(26, '0')}`);

test('the final reply names the ids of the accepted messages', () => {
  assert.equal(acceptedReply('msg_1', ['dlv_1', 'dlv_2']).text, '2.0.0 queued as msg_1 (dlv_1, dlv_2)');
});

test('with many recipients the final reply is one line of 512 bytes and counts the ids that do not fit', () => {
  for (const count of [1, 13, 14, 15, 100, 1_000]) {
    const { text } = acceptedReply(`msg_${'0'.repeat(26)}`, ids(count));
    assert.ok(`250 ${text}\r\n`.length <= 512);
    const named = text.match(/dlv_/g)?.length ?? 0;
    const [, more = '0'] = /\+(\d+) more\)$/.exec(text) ?? [];
    assert.equal(named + Number(more), count);
  }
});
