/**
 * Whether an account may use an address. Registration, the session, acceptance and `resolveAccount` use this one rule.
 * ARCHITECTURE §4, §5.
 */

/** The account of mail that the product itself sends. It has no key, credential or user. */
export const PLATFORM_ACCOUNT_ID = '00000000-0000-7000-8000-000000000001';

/** A registration of a From address. Proved: its mailbox confirmed it, or the operator vouched for it. */
export type AddressClaim = { readonly accountId: string; readonly isProved: boolean };

/** The holder of a domain: the platform for its own names, else the account that verified the most specific domain. */
export type DomainHolder =
  | { readonly kind: 'platform'; readonly domain: string }
  | { readonly kind: 'account'; readonly accountId: string; readonly domain: string };

/**
 * `domain`: this account verified the domain itself. `address`: this account proved the address. `unproved`: neither.
 * `foreign`: the platform or another account holds the domain, so this account cannot use the address.
 */
export type SenderStanding = 'domain' | 'address' | 'unproved' | 'foreign';

/** The domain and its parent domains, the most specific first. An address literal has no parent. */
export function domainsAtOrAbove(domain: string): readonly string[] {
  if (domain.startsWith('[')) return [domain];
  const labels = domain.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

/**
 * The most specific verified domain decides. A name of the platform takes precedence over a verified domain that is equally
 * specific or less; a domain below it that an account verified in DNS belongs to that account.
 */
export function holderOf(
  domain: string,
  verified: { readonly accountId: string; readonly domain: string } | undefined,
  platformNames: readonly string[],
): DomainHolder | undefined {
  const platform = domainsAtOrAbove(domain).find((one) => platformNames.includes(one));
  if (platform !== undefined && platform.length >= (verified?.domain.length ?? 0)) {
    return { kind: 'platform', domain: platform };
  }
  return verified && { kind: 'account', ...verified };
}

type Asked = {
  readonly accountId: string;
  readonly domain: string;
  readonly holder: DomainHolder | undefined;
  /** Whether the exact address is registered by this account and proved. */
  readonly isProved: boolean;
};

/** The standing of an address for an account. */
export function standingOf({ accountId, domain, holder, isProved }: Asked): SenderStanding {
  const holderId = holder?.kind === 'platform' ? PLATFORM_ACCOUNT_ID : holder?.accountId;
  if (holderId !== undefined && holderId !== accountId) return 'foreign';
  if (holder !== undefined && (holder.kind === 'platform' || holder.domain === domain)) return 'domain';
  return isProved ? 'address' : 'unproved';
}
