import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DomainHolder,
  domainsAtOrAbove,
  holderOf,
  PLATFORM_ACCOUNT_ID,
  type SenderStanding,
  standingOf,
} from './sender-standing.ts';

test('the parents of a domain are listed from the most specific to the least', () => {
  assert.deepEqual(domainsAtOrAbove('a.b.acme.test'), ['a.b.acme.test', 'b.acme.test', 'acme.test', 'test']);
  assert.deepEqual(domainsAtOrAbove('test'), ['test']);
  assert.deepEqual(domainsAtOrAbove('[192.0.2.1]'), ['[192.0.2.1]']);
});

const names = ['relay.test', 'bounces.relay.test'];
const held = (domain: string, verified?: string): string | undefined => {
  const holder = holderOf(
    domain,
    verified === undefined ? undefined : { accountId: 'a', domain: verified },
    names,
  );
  return holder && `${holder.kind} ${holder.domain}`;
};

const holders: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['free.test', undefined, undefined],
  ['relay.test', undefined, 'platform relay.test'],
  ['deep.below.relay.test', undefined, 'platform relay.test'],
  ['x.bounces.relay.test', undefined, 'platform bounces.relay.test'],
  ['myrelay.test', undefined, undefined],
  ['relay.test.free.test', undefined, undefined],
  ['sub.acme.test', 'acme.test', 'account acme.test'],
  // The platform takes precedence over a verified domain that is equally specific or less.
  ['relay.test', 'relay.test', 'platform relay.test'],
  ['mail.bounces.relay.test', 'relay.test', 'platform bounces.relay.test'],
  ['relay.test', 'test', 'platform relay.test'],
  // A domain below a name of the platform belongs to the account that verified it.
  ['acme.relay.test', 'acme.relay.test', 'account acme.relay.test'],
  ['deep.acme.relay.test', 'acme.relay.test', 'account acme.relay.test'],
];
for (const [domain, verified, expected] of holders) {
  test(`${domain} with ${verified ?? 'no domain'} verified is held by ${expected ?? 'no account'}`, () => {
    assert.equal(held(domain, verified), expected);
  });
}

const account = (accountId: string, domain: string): DomainHolder => ({ kind: 'account', accountId, domain });
const platform: DomainHolder = { kind: 'platform', domain: 'relay.test' };
type Row = readonly [string, string, DomainHolder | undefined, boolean, SenderStanding];
const rows: readonly Row[] = [
  ['a', 'acme.test', account('a', 'acme.test'), false, 'domain'],
  ['a', 'acme.test', account('a', 'acme.test'), true, 'domain'],
  ['a', 'sub.acme.test', account('a', 'acme.test'), false, 'unproved'],
  ['a', 'sub.acme.test', account('a', 'acme.test'), true, 'address'],
  ['a', 'free.test', undefined, true, 'address'],
  ['a', 'free.test', undefined, false, 'unproved'],
  ['b', 'acme.test', account('a', 'acme.test'), true, 'foreign'],
  ['b', 'sub.acme.test', account('a', 'acme.test'), true, 'foreign'],
  ['a', 'relay.test', platform, true, 'foreign'],
  [PLATFORM_ACCOUNT_ID, 'relay.test', platform, false, 'domain'],
  [PLATFORM_ACCOUNT_ID, 'acme.test', account('a', 'acme.test'), false, 'foreign'],
];
for (const [accountId, domain, holder, isProved, expected] of rows) {
  const by =
    holder === undefined ? 'no account' : holder.kind === 'platform' ? 'the platform' : holder.accountId;
  const proof = isProved ? 'a proved' : 'an unproved';
  test(`${proof} address in ${domain}, held by ${by} through ${holder?.domain}, is ${expected} for ${accountId}`, () => {
    assert.equal(standingOf({ accountId, domain, holder, isProved }), expected);
  });
}
