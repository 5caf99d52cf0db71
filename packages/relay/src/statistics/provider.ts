/**
 * The mailbox provider of a recipient, by the host that took or refused the message. The names are those that the providers tell their
 * customers to publish in MX records, as their own help pages have them.
 */
const table: readonly (readonly [provider: string, ...domains: readonly string[]])[] = [
  ['gmail', 'google.com', 'googlemail.com'],
  ['outlook', 'olc.protection.outlook.com'],
  ['microsoft 365', 'protection.outlook.com', 'mx.microsoft'],
  ['yahoo', 'yahoodns.net'],
  ['icloud', 'mail.icloud.com'],
  ['proton', 'protonmail.ch'],
  ['fastmail', 'messagingengine.com'],
  ['zoho', 'zoho.com', 'zoho.eu', 'zoho.in', 'zohomail.com'],
  ['gmx', 'gmx.net', 'web.de', 'mail.com'],
  ['ionos', 'kundenserver.de', 'ionos.com', 'ionos.de', '1and1.com'],
  ['t-online', 't-online.de'],
  ['orange', 'orange.fr'],
  ['comcast', 'comcast.net'],
  ['mail.ru', 'mail.ru'],
  ['yandex', 'yandex.ru', 'yandex.net'],
  ['qq', 'qq.com'],
  ['netease', 'netease.com'],
  ['naver', 'naver.com'],
  ['ovh', 'ovh.net'],
  ['rackspace', 'emailsrvr.com'],
  ['amazon', 'amazonaws.com'],
  ['cloudflare', 'mx.cloudflare.net'],
  ['proofpoint', 'pphosted.com', 'ppe-hosted.com'],
  ['mimecast', 'mimecast.com', 'mimecast.co.za'],
  ['barracuda', 'barracudanetworks.com'],
  ['cisco', 'iphmx.com'],
  ['hornetsecurity', 'hornetsecurity.com', 'antispameurope.com'],
];

const byDomain = new Map(
  table.flatMap(([provider, ...domains]) => domains.map((domain) => [domain, provider])),
);

const patternOf = (domains: readonly string[]): string =>
  `(^|[.])(${domains.map((domain) => domain.replaceAll('.', '[.]')).join('|')})[.]?$`;

const isBelow = (domain: string, others: readonly string[]): boolean =>
  others.some((other) => domain.endsWith(`.${other}`));

export type HostPatterns = { readonly like: string; readonly unlike: string | undefined };

/** Regular expressions for lower-case hosts of which `providerOf` says so. `none`: the empty text, which stands for no host. */
export function hostPatternsOf(provider: string): HostPatterns {
  if (provider === 'none') return { like: '^$', unlike: undefined };
  if (provider === 'other') return { like: '.', unlike: patternOf([...byDomain.keys()]) };
  const own = [...byDomain].flatMap(([domain, name]) => (name === provider ? [domain] : []));
  // No host is empty and not empty.
  if (own.length === 0) return { like: '^$', unlike: '^$' };
  const longer = [...byDomain].flatMap(([domain, name]) =>
    name !== provider && isBelow(domain, own) ? [domain] : [],
  );
  return { like: patternOf(own), unlike: longer.length === 0 ? undefined : patternOf(longer) };
}

/** `other`: a host that the table lacks. The longest name that is known counts. */
export function providerOf(mxHost: string): string {
  const labels = mxHost.toLowerCase().replace(/\.$/, '').split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    const provider = byDomain.get(labels.slice(from).join('.'));
    if (provider !== undefined) return provider;
  }
  return 'other';
}
