/** What an account may send as, among given addresses: asked at MAIL for the envelope sender, at the end for From as well. */
import { domainOf, normalAddress } from '@waybill/mail/address';
import type { SenderFacts } from './pipeline/stage.ts';
import type { Credential, Directory } from './ports.ts';

type Lookups = Pick<Directory, 'accountsWithFromAddress' | 'accountsWithDomain'>;

export type Asking = {
  readonly accountId: string;
  readonly credential: Pick<Credential, 'senderDomains'> | undefined;
  /** `undefined` among them is the null path, or a From that could not be read. */
  readonly addresses: readonly (string | undefined)[];
};

const present = <T>(values: readonly (T | undefined)[]): readonly T[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

export async function loadSenders(directory: Lookups, asking: Asking): Promise<SenderFacts> {
  const addresses = present(asking.addresses).map(normalAddress);
  const domains = present(addresses.map(domainOf));
  const [addressOwners, domainOwners] = await Promise.all([
    Promise.all(addresses.map((address) => directory.accountsWithFromAddress(address))),
    Promise.all(domains.map((domain) => directory.accountsWithDomain(domain))),
  ]);
  const isOwn = (owners: readonly string[] | undefined): boolean =>
    owners?.includes(asking.accountId) ?? false;
  const isForeign = (owners: readonly string[] | undefined): boolean =>
    (owners?.length ?? 0) > 0 && !isOwn(owners);
  return {
    addresses: new Set(addresses.filter((_, index) => isOwn(addressOwners[index]))),
    domains: new Set(domains.filter((_, index) => isOwn(domainOwners[index]))),
    foreignDomains: new Set(domains.filter((_, index) => isForeign(domainOwners[index]))),
    credentialDomains: asking.credential?.senderDomains ?? [],
  };
}
