import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTokenHash, makeLinkToken, withoutLinkTokens } from './link-token.ts';

test('a token is found by its hash, and every token differs', () => {
  const [one, two] = [makeLinkToken(), makeLinkToken()];
  assert.deepEqual(linkTokenHash(one.text), one.secretHash);
  assert.notDeepEqual(one.secretHash, two.secretHash);
});

test('text that is no token has no hash', () => {
  const { text } = makeLinkToken();
  for (const other of ['', 'wb_link_', text.slice(0, -1), `${text}0`, text.toUpperCase(), ` ${text}`])
    assert.equal(linkTokenHash(other), undefined, other);
});

test('tokens are removed from a text', () => {
  const { text } = makeLinkToken();
  assert.equal(
    withoutLinkTokens(`550 blocked: https://relay.test/confirm/${text}?x ${text}`),
    '550 blocked: https://relay.test/confirm/wb_link_[redacted]?x wb_link_[redacted]',
  );
  assert.equal(withoutLinkTokens('250 ok'), '250 ok');
});
