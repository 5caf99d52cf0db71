/** Loads which of the given addresses an account may send as: at MAIL the envelope sender, after DATA also From. */
import { domainOf, normalAddress } from '@waybill/mail/address';
import { type SenderStanding, standingOf } from '../domains/sender-standing.ts';
import type { SenderFacts } from '../pipeline/stage.ts';
import type { Credential, Directory } from '../ports.ts';

type Lookups = Pick<Directory, 'fromAddressClaims' | 'domainHolder'>;

/** An account and the addresses that it wants to send as. */
export type Asking = {
  readonly accountId: string;
  readonly credential: Pick<Credential, 'senderDomains'> | undefined;
  /** `undefined` stands for the null reverse-path, or for a From that cannot be parsed. */
  readonly addresses: readonly (string | undefined)[];
};

/** One address in normal form, and its standing for the account. */
export type Sender = {
  readonly address: string;
  readonly domain: string;
  readonly standing: SenderStanding;
};

/** `undefined`: the text is no address. */
async function loadStanding(
  directory: Lookups,
  { accountId, address }: { readonly accountId: string; readonly address: string },
): Promise<Sender | undefined> {
  const domain = domainOf(address);
  if (domain === undefined) return undefined;
  const normal = normalAddress(address);
  const [claims, holder] = await Promise.all([
    directory.fromAddressClaims(normal),
    directory.domainHolder(domain),
  ]);
  const isProved = claims.some((claim) => claim.accountId === accountId && claim.isProved);
  return { address: normal, domain, standing: standingOf({ accountId, domain, holder, isProved }) };
}

/** Loads which of the addresses the account may send as. */
export async function loadSenders(directory: Lookups, asking: Asking): Promise<SenderFacts> {
  const { accountId, credential } = asking;
  const addresses = new Set(asking.addresses.filter((address) => address !== undefined));
  const senders = await Promise.all(
    [...addresses].map((address) => loadStanding(directory, { accountId, address })),
  );
  const standing = (wanted: SenderStanding): readonly Sender[] =>
    senders.filter((sender) => sender?.standing === wanted) as readonly Sender[];
  return {
    addresses: new Set(standing('address').map(({ address }) => address)),
    domains: new Set(standing('domain').map(({ domain }) => domain)),
    foreignDomains: new Set(standing('foreign').map(({ domain }) => domain)),
    credentialDomains: credential?.senderDomains ?? [],
  };
}
