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
  fromAddressAccounts: [],
  fromDomainAccounts: [],
  ...some,
});

const network = (accountId: string | undefined, cidr: string, shared = false): NetworkMatch => ({
  networkId: `net-${accountId}-${cidr}`,
  cidr,
  prefixLength: Number(cidr.split('/')[1]),
  accountId,
  shared,
});
const auth = (accountId: string) => ({ authenticated: { accountId, credentialId: `cred-${accountId}` } });
const header = (accountId: string) => ({ header: { accountId, credentialId: `cred-${accountId}` } });
const shared = { networks: [network('a', '192.0.2.0/24', true), network('b', '192.0.2.0/24', true)] };
const trusted = { networks: [network(undefined, '192.0.2.0/24')] };

type Row = readonly [string, Partial<Evidence>, string | undefined, ResolvedBy | undefined];
const rows: readonly Row[] = [
  [
    'authentication goes before everything',
    { ...auth('a'), ...header('b'), networks: [network('c', '192.0.2.1/32')], fromAddressAccounts: ['b'] },
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
    { networks: [network('a', '192.0.2.0/24')], fromAddressAccounts: ['b'] },
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
  ['shared: the From address decides', { ...shared, fromAddressAccounts: ['b'] }, 'b', 'from_address'],
  ['shared: the From domain decides', { ...shared, fromDomainAccounts: ['a'] }, 'a', 'from_domain'],
  [
    'shared: an account outside cannot win by From',
    { ...shared, fromAddressAccounts: ['c'], fromDomainAccounts: ['c'] },
    undefined,
    undefined,
  ],
  [
    'shared: an outsider by address does not hide an insider by domain',
    { ...shared, fromAddressAccounts: ['c'], fromDomainAccounts: ['a'] },
    'a',
    'from_domain',
  ],
  ['shared: no From leaves it open', { ...shared, fromAddress: undefined }, undefined, undefined],
  [
    'shared: a more specific own network wins',
    { networks: [...shared.networks, network('c', '192.0.2.1/32')], fromAddressAccounts: ['a'] },
    'c',
    'ip',
  ],
  [
    'trusted relay: the From address decides among all',
    { ...trusted, fromAddressAccounts: ['c'] },
    'c',
    'from_address',
  ],
  [
    'trusted relay: the From domain decides among all',
    { ...trusted, fromDomainAccounts: ['b'] },
    'b',
    'from_domain',
  ],
  ['trusted relay: an unknown From leaves it open', trusted, undefined, undefined],
  [
    'trusted relay inside an own network: From decides',
    { networks: [network('a', '192.0.0.0/16'), ...trusted.networks], fromAddressAccounts: ['b'] },
    'b',
    'from_address',
  ],
  [
    'own network inside a trusted relay: the account wins',
    { networks: [...trusted.networks, network('a', '192.0.2.1/32')], fromAddressAccounts: ['b'] },
    'a',
    'ip',
  ],
  [
    'an address goes before a domain',
    { fromAddressAccounts: ['b'], fromDomainAccounts: ['a'] },
    'b',
    'from_address',
  ],
  [
    'an address of a deleted account loses to the domain',
    { fromAddressAccounts: ['gone'], fromDomainAccounts: ['a'] },
    'a',
    'from_domain',
  ],
  ['an address listed by two stays open', { fromAddressAccounts: ['a', 'b'] }, undefined, undefined],
  [
    'an address listed by two goes to the owner of the domain',
    { fromAddressAccounts: ['a', 'b'], fromDomainAccounts: ['b'] },
    'b',
    'from_address',
  ],
  [
    'an address listed by two does not go to a third by its domain',
    { fromAddressAccounts: ['a', 'b'], fromDomainAccounts: ['c'] },
    undefined,
    undefined,
  ],
  ['a domain claimed by two stays open', { fromDomainAccounts: ['a', 'b'] }, undefined, undefined],
  ['nothing at all is undecided', {}, undefined, undefined],
];

for (const [name, some, accountId, by] of rows) {
  test(name, () => {
    const resolution = resolveAccount(evidence(some));
    assert.deepEqual([resolution.accountId, resolution.by], [accountId, by]);
    assert.match(resolution.because, /^[A-Z].+\.$/);
  });
}

test('every losing candidate is listed with its reason', () => {
  const { rejected } = resolveAccount(
    evidence({
      ...auth('gone'),
      networks: [...shared.networks, network('c', '192.0.0.0/16', true)],
      fromAddressAccounts: ['b'],
      fromDomainAccounts: ['a'],
    }),
  );
  assert.deepEqual(
    rejected.map(({ accountId, by, because }) => [accountId, by, because.split(', but ')[1]]),
    [
      ['gone', 'auth', 'that account does not exist any more.'],
      ['a', 'ip', 'it shares 192.0.2.0/24 with others, and From belongs to another of them.'],
      ['c', 'ip', '192.0.0.0/16 is less specific than 192.0.2.0/24.'],
      ['a', 'from_domain', 'a registered address goes before a domain.'],
    ],
  );
});

test('an undecided message names all who might have been meant', () => {
  const { rejected, because } = resolveAccount(evidence({ ...shared, fromAddressAccounts: ['c'] }));
  assert.deepEqual(
    rejected.map(({ accountId, because: why }) => [accountId, why.split(', but ')[1]]),
    [
      ['a', 'it shares 192.0.2.0/24 with others, and From does not single it out.'],
      ['b', 'it shares 192.0.2.0/24 with others, and From does not single it out.'],
      ['c', 'it is not registered for 192.0.2.0/24.'],
    ],
  );
  assert.match(because, /2 accounts share 192\.0\.2\.0\/24/);
});

test('a forged header is told, whoever wins', () => {
  for (const some of [{}, auth('a'), trusted]) {
    assert.match(resolveAccount(evidence({ ...some, header: 'forged' })).because, /forged X-Waybill-Account/);
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

test('what else speaks for the winner is told', () => {
  const { because } = resolveAccount(
    evidence({ ...header('b'), networks: shared.networks, fromDomainAccounts: ['b'] }),
  );
  assert.equal(
    because,
    'The X-Waybill-Account header names this account and its MAC verifies. Other evidence agrees: the connecting address 192.0.2.1 lies in 192.0.2.0/24, registered by this account; the domain of ada@acme.test is verified for this account.',
  );
});
