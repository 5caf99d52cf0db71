import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Evidence, type NetworkMatch, type ResolvedBy, resolveAccount } from './resolve-account.ts';

const ALL = ['a', 'b', 'c'];

const evidence = (some: Partial<Evidence> = {}): Evidence => ({
  liveAccounts: new Set(ALL),
  authenticated: undefined,
  header: undefined,
  connectingIp: '192.0.2.1',
  networks: [],
  fromAddress: 'ada@acme.test',
  fromAddressClaims: [],
  fromHolder: undefined,
  ...some,
});

const network = (accountId: string | undefined, cidr: string, shared = false): NetworkMatch => ({
  networkId: `net-${accountId}-${cidr}`,
  cidr,
  prefixLength: Number(cidr.split('/')[1]),
  accountId,
  shared,
});
const proved = (...accountIds: readonly string[]) =>
  accountIds.map((accountId) => ({ accountId, isProved: true }));
const unproved = (...accountIds: readonly string[]) =>
  accountIds.map((accountId) => ({ accountId, isProved: false }));
const verifiedFor = (accountId: string, domain = 'acme.test') =>
  ({ kind: 'account', accountId, domain }) as const;
const platform = { kind: 'platform', domain: 'acme.test' } as const;
const auth = (accountId: string) => ({ authenticated: { accountId, credentialId: `cred-${accountId}` } });
const header = (accountId: string) => ({ header: { accountId, credentialId: `cred-${accountId}` } });
const shared = { networks: [network('a', '192.0.2.0/24', true), network('b', '192.0.2.0/24', true)] };
const trusted = { networks: [network(undefined, '192.0.2.0/24')] };

type Row = readonly [string, Partial<Evidence>, string | undefined, ResolvedBy | undefined];
const rows: readonly Row[] = [
  [
    'authentication goes before everything',
    {
      ...auth('a'),
      ...header('b'),
      networks: [network('c', '192.0.2.1/32')],
      fromAddressClaims: proved('b'),
    },
    'a',
    'auth',
  ],
  [
    'a deleted account that logged in loses to the header',
    { ...auth('gone'), ...header('b') },
    'b',
    'header',
  ],
  [
    'a header that verifies goes before the address',
    { ...header('b'), networks: [network('c', '192.0.2.1/32')] },
    'b',
    'header',
  ],
  [
    'the header of a deleted account loses to the address',
    { ...header('gone'), networks: [network('c', '192.0.2.1/32')] },
    'c',
    'ip',
  ],
  ['a forged header is ignored', { header: 'forged', networks: [network('c', '192.0.2.1/32')] }, 'c', 'ip'],
  ['a forged header alone decides nothing', { header: 'forged' }, undefined, undefined],
  [
    'an own network goes before From',
    { networks: [network('a', '192.0.2.0/24')], fromAddressClaims: proved('b') },
    'a',
    'ip',
  ],
  [
    'the longest prefix wins',
    { networks: [network('a', '192.0.0.0/16'), network('b', '192.0.2.1/32'), network('c', '192.0.2.0/24')] },
    'b',
    'ip',
  ],
  [
    'the network of a deleted account gives way to the next',
    { networks: [network('gone', '192.0.2.1/32'), network('c', '192.0.2.0/24')] },
    'c',
    'ip',
  ],
  ['a network shared by one is its own', { networks: [network('a', '192.0.2.0/24', true)] }, 'a', 'ip'],
  [
    'a shared network whose other account is gone is its own',
    { networks: [network('a', '192.0.2.0/24', true), network('gone', '192.0.2.0/24', true)] },
    'a',
    'ip',
  ],
  ['shared: the From address decides', { ...shared, fromAddressClaims: proved('b') }, 'b', 'from_address'],
  ['shared: the From domain decides', { ...shared, fromHolder: verifiedFor('a') }, 'a', 'from_domain'],
  [
    'shared: an account outside cannot win by From',
    { ...shared, fromAddressClaims: proved('c'), fromHolder: verifiedFor('c') },
    undefined,
    undefined,
  ],
  [
    'shared: an outsider by address does not hide an insider by domain',
    { ...shared, fromAddressClaims: proved('c'), fromHolder: verifiedFor('a') },
    'a',
    'from_domain',
  ],
  ['shared: no From leaves it open', { ...shared, fromAddress: undefined }, undefined, undefined],
  [
    'shared: a more specific own network wins',
    { networks: [...shared.networks, network('c', '192.0.2.1/32')], fromAddressClaims: proved('a') },
    'c',
    'ip',
  ],
  [
    'trusted relay: the From address decides among all',
    { ...trusted, fromAddressClaims: proved('c') },
    'c',
    'from_address',
  ],
  [
    'trusted relay: the From domain decides among all',
    { ...trusted, fromHolder: verifiedFor('b') },
    'b',
    'from_domain',
  ],
  ['trusted relay: an unknown From leaves it open', trusted, undefined, undefined],
  [
    'trusted relay inside an own network: From decides',
    { networks: [network('a', '192.0.0.0/16'), ...trusted.networks], fromAddressClaims: proved('b') },
    'b',
    'from_address',
  ],
  [
    'own network inside a trusted relay: the account wins',
    { networks: [...trusted.networks, network('a', '192.0.2.1/32')], fromAddressClaims: proved('b') },
    'a',
    'ip',
  ],
  [
    'the verified domain decides before an address that another account registered',
    { ...trusted, fromAddressClaims: proved('b'), fromHolder: verifiedFor('a') },
    'a',
    'from_domain',
  ],
  [
    'shared: an address in a domain that an outsider verified decides for no account',
    { ...shared, fromAddressClaims: proved('b'), fromHolder: verifiedFor('c') },
    undefined,
    undefined,
  ],
  [
    'an address below a domain that another account verified decides nothing',
    {
      ...trusted,
      fromAddress: 'ada@sub.acme.test',
      fromAddressClaims: proved('b'),
      fromHolder: verifiedFor('a'),
    },
    undefined,
    undefined,
  ],
  [
    'a proved address below a domain of the same account decides',
    {
      ...trusted,
      fromAddress: 'ada@sub.acme.test',
      fromAddressClaims: proved('a'),
      fromHolder: verifiedFor('a'),
    },
    'a',
    'from_address',
  ],
  [
    'an address in a name of the platform decides nothing',
    { ...trusted, fromAddressClaims: proved('b'), fromHolder: platform },
    undefined,
    undefined,
  ],
  [
    'an unproved address decides nothing',
    { ...trusted, fromAddressClaims: unproved('b') },
    undefined,
    undefined,
  ],
  [
    'an unproved address does not stand in the way of a proved one',
    { ...trusted, fromAddressClaims: [...unproved('b'), ...proved('c')] },
    'c',
    'from_address',
  ],
  [
    'an account with both the domain and the address is found by its domain',
    { ...trusted, fromAddressClaims: unproved('a'), fromHolder: verifiedFor('a') },
    'a',
    'from_domain',
  ],
  ['an address proved for two stays open', { fromAddressClaims: proved('a', 'b') }, undefined, undefined],
  ['nothing at all is undecided', {}, undefined, undefined],
];

for (const [name, some, accountId, by] of rows) {
  test(name, () => {
    const resolution = resolveAccount(evidence(some));
    assert.deepEqual([resolution.accountId, resolution.by], [accountId, by]);
    assert.match(resolution.reason, /^[A-Z].+\.$/);
  });
}

test('every rejected candidate is listed with its reason', () => {
  const { rejected } = resolveAccount(
    evidence({
      ...auth('gone'),
      networks: [...shared.networks, network('c', '192.0.0.0/16', true)],
      fromAddressClaims: proved('b'),
      fromHolder: verifiedFor('a'),
    }),
  );
  assert.deepEqual(
    rejected.map(({ accountId, by, reason }) => [accountId, by, reason.split(', but ')[1]]),
    [
      ['gone', 'auth', 'that account does not exist any more.'],
      ['b', 'ip', 'it shares 192.0.2.0/24 with others, and From belongs to another of them.'],
      ['c', 'ip', '192.0.0.0/16 is less specific than 192.0.2.0/24.'],
      ['b', 'from_address', 'acme.test is verified for another account.'],
    ],
  );
});

test('an address that does not count is listed with the reason', () => {
  const reasons = (some: Partial<Evidence>) =>
    resolveAccount(evidence({ ...trusted, ...some })).rejected.map(({ reason }) => reason.split(', but ')[1]);
  assert.deepEqual(reasons({ fromAddressClaims: unproved('b') }), [
    'the mailbox has not confirmed it and the operator has not vouched for it.',
  ]);
  assert.deepEqual(reasons({ fromAddressClaims: proved('b'), fromHolder: platform }), [
    'acme.test is a name of the platform.',
  ]);
  assert.deepEqual(reasons({ fromAddressClaims: proved('b', 'c') }), [
    'several accounts claim this From.',
    'several accounts claim this From.',
  ]);
});

test('an undecided message names every candidate', () => {
  const { rejected, reason } = resolveAccount(evidence({ ...shared, fromAddressClaims: proved('c') }));
  assert.deepEqual(
    rejected.map(({ accountId, reason: why }) => [accountId, why.split(', but ')[1]]),
    [
      ['a', 'it shares 192.0.2.0/24 with others, and From does not single it out.'],
      ['b', 'it shares 192.0.2.0/24 with others, and From does not single it out.'],
      ['c', 'it is not registered for 192.0.2.0/24.'],
    ],
  );
  assert.match(reason, /2 accounts share 192\.0\.2\.0\/24/);
});

test('a forged header is reported, for any chosen account', () => {
  for (const some of [{}, auth('a'), trusted]) {
    assert.match(resolveAccount(evidence({ ...some, header: 'forged' })).reason, /forged X-Waybill-Account/);
  }
});

test('the credential of the session or of the header is kept', () => {
  assert.equal(resolveAccount(evidence(auth('a'))).credentialId, 'cred-a');
  assert.equal(resolveAccount(evidence(header('b'))).credentialId, 'cred-b');
  assert.equal(
    resolveAccount(evidence({ networks: [network('a', '192.0.2.1/32')] })).credentialId,
    undefined,
  );
});

test('further evidence for the chosen account is reported', () => {
  const { reason } = resolveAccount(
    evidence({ ...header('b'), networks: shared.networks, fromHolder: verifiedFor('b') }),
  );
  assert.equal(
    reason,
    'The X-Waybill-Account header names this account and its MAC verifies. Other evidence agrees: the connecting address 192.0.2.1 lies in 192.0.2.0/24, registered by this account; the domain of ada@acme.test is verified for this account.',
  );
});
