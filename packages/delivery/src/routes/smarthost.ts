/** Through another MTA, of the installation or of an account. */
import type { TlsPolicy } from '@waybill/smtp-client/tls-policy';
import { notYet, type Route, sourceOf } from './hop.ts';

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** `smtp://` takes TLS when the server offers it, `smtps://` begins with TLS. A login needs verified TLS (`smtp-client`). */
export function smarthostRoute(
  settings: { readonly ehloName: string },
  url: string | undefined,
  tls: TlsPolicy,
): Route {
  if (url === undefined) return { outcome: notYet('no smart host is configured (SMARTHOST_URL)') };
  const { protocol, hostname, port, username, password } = new URL(url);
  const implicit = protocol === 'smtps:';
  const auth = username
    ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
    : undefined;
  const hop = {
    host: bare(hostname),
    port: Number(port) || (implicit ? 465 : auth ? 587 : 25),
    tls: implicit ? ({ kind: 'implicit' } as const) : tls,
    auth,
    mayBePrivate: true,
    ...sourceOf(settings),
  };
  return { hops: [hop] };
}
