import { createPrivateKey, hash, type KeyObject } from 'node:crypto';
import { lruCache } from '@waybill/io/cache/lru-cache';
import type { DkimKey } from '@waybill/mail/dkim';
import type { SigningKeyRow } from '@waybill/relay/ports';

export type DkimKeys = { of(rows: readonly SigningKeyRow[]): readonly DkimKey[] };

/** Caches parsed keys, because parsing a PEM costs more than signing with it. The digest of the PEM is the key of the cache. */
export function openDkimKeys(maxEntries = 10_000): DkimKeys {
  const parsed = lruCache<KeyObject>({ maxEntries });
  const keyOf = (pem: string): KeyObject => {
    const digest = hash('sha256', pem);
    const key = parsed.get(digest) ?? createPrivateKey(pem);
    parsed.set(digest, key);
    return key;
  };
  const keysOf = (rows: readonly SigningKeyRow[]): readonly DkimKey[] =>
    rows.map(({ domain, selector, algorithm, privateKeyPem }) => ({
      domain,
      selector,
      algorithm,
      privateKey: keyOf(privateKeyPem),
    }));
  // The directory returns the same rows for some seconds. The same rows give the same keys, whose faults the signer has cached.
  const known = new WeakMap<readonly SigningKeyRow[], readonly DkimKey[]>();
  return {
    of(rows) {
      const keys = known.get(rows) ?? keysOf(rows);
      known.set(rows, keys);
      return keys;
    },
  };
}
