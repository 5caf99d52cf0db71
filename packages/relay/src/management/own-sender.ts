/** Of no account (RFC 2606 §2): the gate for senders says that the account has none. */
const NO_SENDER = 'postmaster@sender.invalid';
const MOST_LISTED = 100;

type List<Row> = { list(accountId: string, page: { readonly limit: number }): Promise<readonly Row[]> };

export type SenderStores = {
  readonly senderDomains: List<{ readonly domain: string; readonly status: string }>;
  readonly fromAddresses: List<{ readonly address: string; readonly status: string }>;
};

export type SenderOf = {
  readonly accountId: string;
  /** The domains that the caller may write from; none named: every domain of the account. */
  readonly only: readonly string[];
};

/** An address that the caller may write from; it stands for "any of mine" in a question about a recipient alone. */
export async function ownSender({ accountId, only }: SenderOf, stores: SenderStores): Promise<string> {
  const isOwn = (domain: string): boolean => only.length === 0 || only.includes(domain);
  const page = { limit: MOST_LISTED };
  const domains = await stores.senderDomains.list(accountId, page);
  const domain = domains.find((one) => one.status !== 'pending' && isOwn(one.domain))?.domain;
  if (domain !== undefined) return `postmaster@${domain}`;
  const addresses = await stores.fromAddresses.list(accountId, page);
  const proved = addresses.filter(({ status }) => status !== 'unconfirmed');
  return proved.find(({ address }) => isOwn(address.split('@').at(-1) ?? ''))?.address ?? NO_SENDER;
}
