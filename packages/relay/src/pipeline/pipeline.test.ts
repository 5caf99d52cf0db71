import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaders } from '@waybill/mail/headers';
import type { Account } from '../account.ts';
import { anAccount, aSuppression, lines } from '../in-memory-ports.test-support.ts';
import { refusalRow } from '../refusal.ts';
import { readFrom } from '../submission/from-header.ts';
import { dropBrokenSignature } from './drop-broken-signature.ts';
import { firstNo, gates, perMessage, perRecipient } from './pipeline.ts';
import { requireLoopFree } from './require-loop-free.ts';
import { neverFits, quotaRefusal, requireQuota } from './require-quota.ts';
import { recipientCountRefusal, recipientRefusal } from './require-recipient-allowed.ts';
import { senderRefusal } from './require-sender-authorized.ts';
import { sizeRefusal } from './require-size.ts';
import { signDkimLast } from './sign-dkim.ts';
import type { GateFacts, No, SenderFacts, Submitted } from './stage.ts';
import { stripInternalHeaders } from './strip-internal-headers.ts';
import { toSevenBit } from './to-seven-bit.ts';

test('our own headers are removed first, and signing is last', () => {
  assert.equal(perMessage[0], stripInternalHeaders);
  assert.equal(perRecipient.at(-1), signDkimLast);
});

test('the temporary refusal comes after every permanent one', () => assert.equal(gates.at(-1), requireQuota));

test('a signature that our edits break is removed after the last edit and before we sign', () => {
  assert.deepEqual(perRecipient.slice(-3), [dropBrokenSignature, toSevenBit, signDkimLast]);
});

const senders = (some: Partial<SenderFacts> = {}): SenderFacts => ({
  addresses: new Set(['desk@partner.example']),
  domains: new Set(['acme.test']),
  foreignDomains: new Set(['beta.test']),
  credentialDomains: [],
  ...some,
});

type Sender = readonly [string, 'strict' | 'lenient', Partial<SenderFacts>, No['code'] | undefined];
const sending: readonly Sender[] = [
  ['ada@acme.test', 'strict', {}, undefined],
  ['Ada@ACME.test', 'strict', {}, undefined],
  ['desk@partner.example', 'strict', {}, undefined],
  ['desk@PARTNER.example', 'strict', {}, undefined],
  ['other@partner.example', 'strict', {}, 'sender_not_verified'],
  ['other@partner.example', 'lenient', {}, undefined],
  ['eve@beta.test', 'strict', {}, 'sender_not_allowed'],
  ['eve@beta.test', 'lenient', {}, 'sender_not_allowed'],
  ['eve@beta.test', 'strict', { addresses: new Set(['eve@beta.test']) }, 'sender_not_allowed'],
  ['ada@sub.acme.test', 'strict', {}, 'sender_not_verified'],
  ['ada@acme.test.evil.example', 'strict', {}, 'sender_not_verified'],
  ['not an address', 'lenient', {}, 'sender_malformed'],
  ['ada@acme.test', 'strict', { credentialDomains: ['acme.test'] }, undefined],
  ['ada@acme.test', 'strict', { credentialDomains: ['other.test'] }, 'sender_not_verified'],
  ['desk@partner.example', 'lenient', { credentialDomains: ['acme.test'] }, 'sender_not_verified'],
];
for (const [address, senderPolicy, some, code] of sending) {
  test(`${senderPolicy}: ${address} ${code ? 'may not' : 'may'} be written as ${JSON.stringify(some)}`, () => {
    assert.equal(senderRefusal(address, senders(some), { senderPolicy })?.code, code);
  });
}

test('the refusal of a domain of another account does not name the account', () => {
  const detail = (address: string) => senderRefusal(address, senders(), { senderPolicy: 'strict' })?.detail;
  assert.equal(detail('x@beta.test'), 'beta.test belongs to the platform or to another account');
  assert.equal(detail('x@free.example'), 'free.example is not verified for this account');
});

const retryAt = new Date('2026-03-01T11:00:00Z');
const hourly = { scope: 'account', name: 'perHour', limit: 100 } as const;
const quotas: readonly (readonly [number, number, string | undefined])[] = [
  [1, 1, undefined],
  [2, 1, '1 of 2 recipients left in the limit per hour, try again after 2026-03-01T11:00:00.000Z'],
  [1, 0, '0 of 1 recipients left in the limit per hour, try again after 2026-03-01T11:00:00.000Z'],
  [1, -3, '0 of 1 recipients left in the limit per hour, try again after 2026-03-01T11:00:00.000Z'],
];
for (const [wanted, recipients, detail] of quotas) {
  test(`${wanted} recipients with ${recipients} left are ${detail ? 'too many' : 'allowed'}`, () => {
    const no = quotaRefusal(wanted, { recipients, binding: hourly, retryAt });
    assert.equal(no?.detail, detail);
    assert.equal(no?.retryAt, detail && retryAt);
  });
}

test('a message with more recipients than the limit is refused permanently, with the limit', () => {
  const limited = (limits: Account['limits']) => [{ scope: 'account' as const, id: '1', limits }];
  const account = limited({ perHour: 100, perSecond: 2 });
  const no = neverFits(3, account);
  assert.deepEqual(no, { code: 'quota_too_small', detail: '3 recipients, the limit is 2 per second' });
  assert.equal(no && refusalRow(no.code).smtp, 550);
  assert.equal(neverFits(2, account), undefined);
  assert.equal(neverFits(1_000_000, limited({ newPerHour: 1 })), undefined);
});

test('a size is compared with the limit, not rounded', () => {
  assert.equal(sizeRefusal(100, { maxMessageBytes: 100 }), undefined);
  assert.equal(sizeRefusal(101, { maxMessageBytes: 100 })?.detail, '101 bytes, the limit is 100');
});

test('a recipient beyond the limit is deferred to another transaction', () => {
  assert.equal(recipientCountRefusal(100, { maxRecipients: 100 }), undefined);
  const no = recipientCountRefusal(101, { maxRecipients: 100 });
  assert.equal(no && refusalRow(no.code).smtp, 452);
});

test('a suppressed recipient is refused only if the account is set so', () => {
  const suppression = aSuppression('bob@there.example', { reason: 'complaint' });
  assert.equal(recipientRefusal(undefined, { suppressedRecipients: 'refuse' }), undefined);
  assert.equal(recipientRefusal(suppression, { suppressedRecipients: 'report' }), undefined);
  assert.deepEqual(recipientRefusal(suppression, { suppressedRecipients: 'refuse' }), {
    code: 'recipient_suppressed',
    detail: 'bob@there.example (complaint)',
  });
});

const gateFacts = (some: Partial<GateFacts> = {}): GateFacts => ({
  account: anAccount(),
  senders: senders(),
  suppressed: new Map(),
  size: { maxMessageBytes: 10, maxRecipients: 1 },
  limited: [],
  hostName: 'MX.Waybill.test',
  ...some,
});
const submitted = (source: Buffer): Submitted => ({
  source,
  envelope: { mailFrom: undefined, rcptTo: ['a@x.test'], smtpUtf8: false, body: '7bit' },
  fields: parseHeaders(source).fields,
  from: readFrom(parseHeaders(source).fields),
  options: {},
});

test('of several refusals the first gate decides', () => {
  const message = submitted(lines('From: a@beta.test', '', 'too long'));
  assert.equal(firstNo(message, gateFacts())?.code, 'sender_not_allowed');
  const own = submitted(lines('From: a@acme.test', '', 'too long'));
  assert.equal(firstNo(own, gateFacts())?.code, 'message_too_large');
  const size = { maxMessageBytes: 1000, maxRecipients: 2 };
  const two = { ...own, envelope: { ...own.envelope, rcptTo: ['a@x.test', 'b@x.test'] } };
  const limited = [{ scope: 'stream', id: '1', limits: { perHour: 1 } }] as const;
  assert.equal(firstNo(two, gateFacts({ size, limited }))?.code, 'quota_too_small');
  assert.equal(firstNo(own, gateFacts({ size, limited })), undefined);
});

test('two different fields where one is allowed are refused before acceptance', () => {
  const size = { maxMessageBytes: 1000, maxRecipients: 1 };
  const no = (...fields: readonly string[]) =>
    firstNo(submitted(lines('From: a@acme.test', ...fields, '', 'x')), gateFacts({ size }));
  const repeated = no('Subject: a', 'subject: b');
  assert.equal(repeated?.code, 'header_field_repeated');
  assert.equal(repeated?.detail, 'The message has more than one subject field, with different values');
  assert.equal(no('Subject: a', 'Subject: a'), undefined);
});

test('a loop through us is found with our name in any case, and one forged hop is no loop', () => {
  const hop = (host: string) =>
    `Received: from a.example ([192.0.2.1]) by ${host} with ESMTP id msg_1; Sun, 1 Mar 2026 10:00:00 +0000`;
  const loop = (count: number, host: string) =>
    requireLoopFree(
      submitted(lines(...Array<string>(count).fill(hop(host)), 'From: a@acme.test')),
      gateFacts(),
    )?.code;
  assert.equal(loop(5, 'mx.waybill.test'), undefined);
  assert.equal(loop(6, 'mx.waybill.test'), 'loop_detected');
  assert.equal(loop(6, 'elsewhere.example'), undefined);
  assert.equal(loop(101, 'elsewhere.example'), 'loop_detected');
});
