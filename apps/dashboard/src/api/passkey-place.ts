/** Whether passkeys work where this page was opened. An IP address cannot be a relying party. WebAuthn §5.1.2. */
export type PasskeyPlace =
  | { readonly works: true }
  | { readonly works: false; readonly why: 'browser' | 'address'; readonly elsewhere?: string };

type Here = Pick<Location, 'protocol' | 'hostname' | 'port' | 'pathname'>;

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');
const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '[::1]';

/** `elsewhere`: the same page by a name, on the machine of a developer. */
export function passkeyPlace({ protocol, hostname, port, pathname }: Here, canAsk: boolean): PasskeyPlace {
  if (isAddress(hostname)) {
    const local = `${protocol}//localhost${port === '' ? '' : `:${port}`}${pathname}`;
    return { works: false, why: 'address', ...(isLoopback(hostname) ? { elsewhere: local } : {}) };
  }
  return canAsk ? { works: true } : { works: false, why: 'browser' };
}
