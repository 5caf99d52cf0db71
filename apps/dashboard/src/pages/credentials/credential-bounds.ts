/** Where a credential works from and what it sends as: typed as a list, empty for everything. */
export type Bounds = { readonly networks: string; readonly domains: string };

export const noBounds: Bounds = { networks: '', domains: '' };

type Bounded = { readonly networks: readonly string[]; readonly sender_domains: readonly string[] };

const wordsIn = (typed: string): readonly string[] => typed.split(/[\s,]+/).filter((word) => word !== '');

export const boundsOf = ({ networks, sender_domains: domains }: Bounded): Bounds => ({
  networks: networks.join(', '),
  domains: domains.join(', '),
});

export const bodyOf = ({ networks, domains }: Bounds) => ({
  networks: wordsIn(networks),
  sender_domains: wordsIn(domains),
});
