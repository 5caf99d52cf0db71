/** Stores of sender domains in memory, for the tests of upkeep. */
import type { RecheckPorts } from './recheck-domains.ts';

type DomainStores = RecheckPorts['stores'];

export const domainStores = (some: Partial<DomainStores['senderDomains']> = {}): DomainStores => ({
  auditLog: { append: async () => undefined },
  senderDomains: {
    all: async () => [],
    create: async () => {
      throw new Error('no domain is made here');
    },
    change: async () => undefined,
    addKeys: async () => undefined,
    remove: async () => false,
    saveChecks: async () => undefined,
    takeOver: async () => undefined,
    holder: async () => undefined,
    switchKeys: async () => undefined,
    one: async () => undefined,
    ...some,
  },
});
