import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPatternsOf, providerOf } from './provider.ts';

const hosts = [
  'alt1.aspmx.l.google.com',
  'acme-com.mail.protection.outlook.com',
  'acme-com.olc.protection.outlook.com',
  'notgoogle.com',
  'mx.mail.com.',
  'mx.mail.icloud.com',
  'mx.other.example',
  'localhost',
];

test('the patterns of a provider match the hosts that it is named for, and no others', () => {
  for (const provider of ['gmail', 'outlook', 'microsoft 365', 'gmx', 'icloud', 'other', 'none', 'nowhere']) {
    const { like, unlike } = hostPatternsOf(provider);
    const matches = (host: string): boolean =>
      new RegExp(like).test(host) && !(unlike !== undefined && new RegExp(unlike).test(host));
    for (const host of hosts)
      assert.equal(matches(host), providerOf(host) === provider, `${provider} ${host}`);
    assert.equal(matches(''), provider === 'none', provider);
  }
});
