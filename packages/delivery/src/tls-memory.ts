/** Hosts whose TLS broke lately: they are spoken to in clear for a while, as every mail server does. RFC 7435 §3. */

export type TlsMemory = {
  isBroken(host: string): boolean;
  remember(host: string): void;
};

const MAX_HOSTS = 10_000;

export function openTlsMemory(keepMs: number, now: () => number): TlsMemory {
  const until = new Map<string, number>();
  return {
    isBroken: (host) => (until.get(host) ?? 0) > now(),
    remember: (host) => {
      until.delete(host);
      until.set(host, now() + keepMs);
      const oldest = until.keys().next().value;
      if (until.size > MAX_HOSTS && oldest !== undefined) until.delete(oldest);
    },
  };
}
