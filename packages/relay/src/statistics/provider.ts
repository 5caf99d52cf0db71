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

/** `other`: a host that the table lacks. The longest name that is known counts. */
export function providerOf(mxHost: string): string {
  const labels = mxHost.toLowerCase().replace(/\.$/, '').split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    const provider = byDomain.get(labels.slice(from).join('.'));
    if (provider !== undefined) return provider;
  }
  return 'other';
}
