import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import type { Account } from '@waybill/relay/ports';
import { platformNames, settingsContract } from '../../support/contracts/settings.ts';
import { openTestDatabase } from '../../support/database.ts';
import { inMemoryDirectory, inMemorySuppressions, noSettings } from '../../support/in-memory.ts';
import { addAccount, someId } from '../postgres/some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());
const box = openSecretBox(randomBytes(32));
const createdAt = new Date();

settingsContract('PostgreSQL', () => ({
  // A fresh one, that remembers nothing.
  directory: () => openDirectory({ database, box, platformNames }),
  suppressions: suppressionList(database),
  account: () => addAccount(database),
  anId: someId,
  async network({ cidr, accountId, shared }) {
    const network = { id: someId(), cidr, shared, label: '', createdAt, mayOverlap: true };
    await ipNetworks(database).create({ ...network, ...(accountId !== undefined && { accountId }) });
  },
  async fromAddress({ accountId, address, isProved }) {
    const id = someId();
    await fromAddresses(database).create(accountId, { id, address, createdAt });
    if (isProved) await fromAddresses(database).vouch(accountId, id, createdAt);
  },
  async domain(accountId, domain) {
    const id = someId();
    await senderDomains(database, box).create({ id, accountId, domain, createdAt, keys: [] });
    await senderDomains(database, box).saveChecks(accountId, id, uncheckedAs('verified', createdAt));
  },
}));

const settings = { ...noSettings(), platformNames };
const suppressions = inMemorySuppressions();
const someAccount = (id: string): Account => ({
  id,
  name: 'Acme',
  status: 'active',
  senderPolicy: 'strict',
  suppressedRecipients: 'refuse',
  bareLineEndings: 'refuse',
  trackOpens: true,
  trackClicks: 'all',
  hideClientIp: false,
  deliveryMode: undefined,
  smarthostUrl: undefined,
  maxMessageBytes: undefined,
  maxRecipients: undefined,
  limits: {},
});
settingsContract('in memory', () => ({
  directory: () => inMemoryDirectory(settings),
  suppressions,
  async account() {
    const id = someId();
    settings.accounts.push(someAccount(id));
    return id;
  },
  anId: someId,
  network: async (network) => void settings.networks.push({ networkId: someId(), ...network }),
  fromAddress: async (claim) => void settings.fromAddresses.push(claim),
  domain: async (accountId, domain) => void settings.domains.push({ accountId, domain }),
}));
