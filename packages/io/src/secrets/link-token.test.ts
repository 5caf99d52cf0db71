import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTokenHash, makeLinkToken, withoutLinkTokens } from './link-token.ts';

test('a token is found by its hash, and every token is another', () => {
  const [one, two] = [makeLinkToken(), makeLinkToken()];
  assert.deepEqual(linkTokenHash(one.text), one.secretHash);
  assert.notDeepEqual(one.secretHash, two.secretHash);
});

test('text that was never a token has no hash to look up', () => {
  const { text } = makeLinkToken();
  for (const other of ['', 'wb_link_', text.slice(0, -1), `${text}0`, text.toUpperCase(), ` ${text}`])
    assert.equal(linkTokenHash(other), undefined, other);
});

test('a token in a text is taken out, wherever it stands', () => {
  const { text } = makeLinkToken();
  assert.equal(
    withoutLinkTokens(`550 blocked: https://relay.test/confirm/${text}?x ${text}`),
    '550 blocked: https://relay.test/confirm/wb_link_[redacted]?x wb_link_[redacted]',
  );
  assert.equal(withoutLinkTokens('250 ok'), '250 ok');
});
