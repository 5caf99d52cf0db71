/**
 * Where webhooks may be sent: over HTTPS to public addresses, and to the networks that the operator allows. The URL is checked when it is
 * saved, and the address of each connection when it is made, because a name may lead elsewhere by then. docs/reliability.md S19.
 */
import { isInNetworks } from '../domains/networks.ts';
import { outsideOf } from '../domains/private-address.ts';

export type TargetRules = {
  /** Networks that are allowed although they are private, also over plain HTTP. */
  readonly allowedNetworks: readonly string[];
  /** Ports of the product and of its database, which stay refused in allowed networks too. */
  readonly ownPorts: ReadonlySet<number>;
  /** The addresses of this machine. */
  readonly ownAddresses: ReadonlySet<string>;
};

export type Target = { readonly ip: string; readonly port: number; readonly isPlain: boolean };

/** Why no connection may be made to an address; `undefined`: it may. */
export function problemOfTarget({ ip, port, isPlain }: Target, rules: TargetRules): string | undefined {
  if (isInNetworks(rules.allowedNetworks, ip))
    return rules.ownPorts.has(port) ? `port ${port} belongs to Waybill itself` : undefined;
  if (isPlain) return 'plain HTTP is allowed only in networks that the operator lists';
  return outsideOf(rules.ownAddresses)(ip) ? undefined : 'it is no public address';
}

export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);

/** The host of a URL without the brackets of IPv6 and without the dot at its end. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** The address in a URL that names one, in any spelling; a name of this machine counts as its address. */
export function literalOf(url: URL): string | undefined {
  const host = hostOf(url);
  if (host === 'localhost' || host.endsWith('.localhost')) return '127.0.0.1';
  return /^\d+(\.\d+){3}$|:/.test(host) ? host : undefined;
}

function problemOfForm(url: URL): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must hold no user name and no password';
  if (hostOf(url) === '') return 'must name a host';
  return url.port === '0' ? 'must name a port that exists' : undefined;
}

/** Why a URL cannot be saved; `undefined`: it can. A name is not resolved here. */
export function problemOfUrl(text: string, rules: TargetRules): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be a URL';
  const wrongForm = problemOfForm(url);
  if (wrongForm !== undefined) return wrongForm;
  const isPlain = url.protocol === 'http:';
  const literal = literalOf(url);
  if (literal === undefined)
    return isPlain && rules.allowedNetworks.length === 0 ? 'must begin with https://' : undefined;
  return problemOfTarget({ ip: literal, port: portOf(url), isPlain }, rules);
}
