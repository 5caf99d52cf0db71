/** Hosts whose TLS failed lately. Under an opportunistic policy mail goes to them in clear for a while. RFC 7435 §3. */

/** `host`: name and port. */
export type TlsMemory = {
  isBroken(host: string): boolean;
  remember(host: string): void;
};

const MAX_HOSTS = 10_000;

/** `keepMs` and `now` in milliseconds. The oldest host is dropped beyond 10,000. */
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
