import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatStatus, isPermanent, meaningOf, parseStatus } from './enhanced-status.ts';

const known: readonly [string, string][] = [
  ['2.0.0', 'Other undefined status'],
  ['2.1.5', 'Destination address valid'],
  ['5.1.1', 'Bad destination mailbox address'],
  ['5.1.10', 'Recipient address has null MX'],
  ['4.2.2', 'Mailbox full'],
  ['5.2.3', 'Message length exceeds administrative limit'],
  ['5.3.4', 'Message too big for system'],
  ['5.3.6', 'Requested priority was changed'],
  ['4.4.1', 'No answer from host'],
  ['4.4.7', 'Delivery time expired'],
  ['5.5.2', 'Syntax error'],
  ['5.5.6', 'Authentication exchange line is too long'],
  ['5.6.7', 'Non-ASCII addresses not permitted for that sender/recipient'],
  ['5.6.9', 'UTF-8 header message cannot be transferred to one or more recipients'],
  ['5.7.1', 'Delivery not authorized, message refused'],
  ['5.7.8', 'Authentication credentials invalid'],
  ['5.7.20', 'No passing DKIM signature found'],
  ['5.7.25', 'Reverse DNS validation failed'],
  ['4.7.28', 'Mail flood detected'],
  ['5.7.30', 'REQUIRETLS support required'],
  ['5.1.99', 'Addressing status'],
  ['4.7.999', 'Security or policy status'],
];

for (const [text, meaning] of known) {
  test(`${text} means: ${meaning}`, () => {
    const status = parseStatus(text);
    assert.ok(status);
    assert.equal(meaningOf(status), meaning);
    assert.equal(formatStatus(status), text);
  });
}

test('an unregistered subject has no meaning', () => {
  assert.equal(meaningOf({ class: 5, subject: 9, detail: 1 }), undefined);
});

for (const text of [
  '',
  '5',
  '5.1',
  '5.1.1.1',
  '3.1.1',
  '1.0.0',
  '5.01.1',
  '5.1.01',
  '5.1.1000',
  ' 5.1.1',
  '5.1.1\n',
  '5-1-1',
  '5.1.x',
]) {
  test(`${JSON.stringify(text)} is no status`, () => {
    assert.equal(parseStatus(text), undefined);
  });
}

test('only class 5 is permanent', () => {
  const [success, later, never] = [2, 4, 5].map((digit) => parseStatus(`${digit}.0.0`));
  assert.ok(success && later && never);
  assert.deepEqual([success, later, never].map(isPermanent), [false, false, true]);
});
