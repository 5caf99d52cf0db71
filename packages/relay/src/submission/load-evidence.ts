/** Completes the evidence of a session or of stored bytes from the directory. */

import type { Directory } from '../ports.ts';
import type { Evidence } from '../resolve-account.ts';
import type { FromHeader } from './from-header.ts';

/** The evidence that needs no directory. */
export type KnownEvidence = Pick<Evidence, 'authenticated' | 'header' | 'connectingIp' | 'networks'> & {
  readonly from: FromHeader;
};

type Lookups = Pick<Directory, 'accountById' | 'fromAddressClaims' | 'domainHolder'>;

const named = ({ authenticated, header, networks }: KnownEvidence): readonly string[] =>
  [
    authenticated?.accountId,
    header === 'forged' ? undefined : header?.accountId,
    ...networks.map(({ accountId }) => accountId),
  ].filter((id) => id !== undefined);

/** Looks up the claims for From, and which of the named accounts exist. */
export async function loadEvidence(directory: Lookups, known: KnownEvidence): Promise<Evidence> {
  const { address, domain } = known.from;
  const [fromAddressClaims, fromHolder] =
    address === undefined
      ? [[], undefined]
      : await Promise.all([directory.fromAddressClaims(address), directory.domainHolder(domain)]);
  const holderId = fromHolder?.kind === 'account' ? [fromHolder.accountId] : [];
  const ids = new Set([...named(known), ...fromAddressClaims.map(({ accountId }) => accountId), ...holderId]);
  const accounts = await Promise.all([...ids].map((id) => directory.accountById(id)));
  const { authenticated, header, connectingIp, networks } = known;
  return {
    liveAccounts: new Set(accounts.flatMap((account) => account?.id ?? [])),
    authenticated,
    header,
    connectingIp,
    networks,
    fromAddress: address,
    fromAddressClaims,
    fromHolder,
  };
}
