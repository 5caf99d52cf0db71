import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublished, nextRound, publishedUntil, selectorOf } from './dkim-rotation.ts';

const named = {
  accountId: '01900000-0000-7000-8000-000000000001',
  domain: 'acme.test',
  round: 1,
  algorithm: 'rsa',
  publicKey: 'MIIB',
} as const;

test('a selector is one DNS label that stays the same for the same key', () => {
  assert.equal(selectorOf(named), selectorOf({ ...named }));
  assert.match(selectorOf(named), /^wb1-[0-9a-z]{13}$/);
  assert.match(selectorOf({ ...named, round: 1234, algorithm: 'ed25519' }), /^wb1234-[0-9a-z]{13}-ed$/);
});

for (const [what, other] of [
  ['account', { accountId: '01900000-0000-7000-8000-000000000002' }],
  ['installation', { accountId: undefined }],
  ['domain', { domain: 'shop.acme.test' }],
  ['key', { publicKey: 'MIIC' }],
  ['algorithm', { algorithm: 'ed25519' }],
  ['rotation', { round: 2 }],
] as const)
  test(`another ${what} has another selector`, () =>
    assert.notEqual(selectorOf(named), selectorOf({ ...named, ...other })));

test('the next rotation counts on from selectors of both forms', () => {
  assert.equal(nextRound([]), 1);
  assert.equal(nextRound([{ selector: 'wb1' }, { selector: 'wb1-ed' }]), 2);
  assert.equal(nextRound([{ selector: 'wb1' }, { selector: 'wb9-0123456789abc' }]), 10);
  assert.equal(nextRound([{ selector: 'imported' }]), 1);
});

test('a retired key is published for two weeks, a key in use without end', () => {
  const retiredAt = new Date('2026-03-01T10:00:00.000Z');
  const retired = { state: 'retired', retiredAt } as const;
  assert.equal(publishedUntil(retired)?.toISOString(), '2026-03-15T10:00:00.000Z');
  assert.equal(isPublished(retired, new Date('2026-03-15T09:59:59.999Z')), true);
  assert.equal(isPublished(retired, new Date('2026-03-15T10:00:00.000Z')), false);
  for (const state of ['published', 'active'] as const) {
    assert.equal(publishedUntil({ state, retiredAt: undefined }), undefined);
    assert.equal(isPublished({ state, retiredAt: undefined }, new Date('2099-01-01T00:00:00Z')), true);
  }
});
