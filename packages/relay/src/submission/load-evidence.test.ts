import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acme, aState, beta, idOf, portsOf } from '../in-memory-ports.test-support.ts';
import { loadEvidence } from './load-evidence.ts';
import { loadSenders } from './load-senders.ts';

const noAuthor = { address: undefined, domain: undefined, fault: 'none' } as const;
const known = {
  authenticated: undefined,
  header: undefined,
  connectingIp: undefined,
  networks: [],
  from: noAuthor,
};

test('every account in the evidence is looked up once, and only existing ones are live', async () => {
  const asked: string[] = [];
  const { directory } = portsOf(aState({ fromAddresses: { 'x@acme.test': [idOf(7), beta] } }));
  const counting = {
    ...directory,
    accountById: async (id: string) => {
      asked.push(id);
      return directory.accountById(id);
    },
  };
  const evidence = await loadEvidence(counting, {
    ...known,
    authenticated: { accountId: acme, credentialId: idOf(30) },
    header: { accountId: idOf(8), credentialId: undefined },
    networks: [
      { networkId: 'n', cidr: '192.0.2.0/24', prefixLength: 24, accountId: undefined, shared: false },
    ],
    from: { address: 'x@acme.test', domain: 'acme.test', fault: undefined },
  });
  assert.deepEqual([...evidence.liveAccounts], [acme, beta]);
  assert.deepEqual(asked.toSorted(), [acme, beta, idOf(7), idOf(8)].toSorted());
  assert.deepEqual(evidence.fromHolder, { kind: 'account', accountId: acme, domain: 'acme.test' });
});

test('without a From no claim is looked up', async () => {
  const evidence = await loadEvidence(portsOf(aState()).directory, known);
  assert.deepEqual(
    [evidence.fromAddress, evidence.fromAddressClaims, evidence.fromHolder],
    [undefined, [], undefined],
  );
});

test('domains of the account are separated from domains of the platform and of other accounts', async () => {
  const { directory } = portsOf(
    aState({
      fromAddresses: {
        'a@free.example': [acme],
        'b@free.example': [beta],
        'ceo@beta.test': [acme],
        'c@sub.beta.test': [acme],
        'postmaster@waybill.test': [acme],
      },
      unprovedAddresses: { 'd@free.example': [acme] },
    }),
  );
  const senders = await loadSenders(directory, {
    accountId: acme,
    credential: { senderDomains: ['acme.test'] },
    addresses: [
      'x@acme.test',
      'a@FREE.example',
      'b@free.example',
      'd@free.example',
      'ceo@beta.test',
      'c@sub.beta.test',
      'postmaster@waybill.test',
      'x@deep.bounces.waybill.test',
      undefined,
      'not an address',
    ],
  });
  assert.deepEqual([...senders.addresses], ['a@free.example']);
  assert.deepEqual([...senders.domains], ['acme.test']);
  assert.deepEqual(
    [...senders.foreignDomains],
    ['beta.test', 'sub.beta.test', 'waybill.test', 'deep.bounces.waybill.test'],
  );
  assert.deepEqual(senders.credentialDomains, ['acme.test']);
});
