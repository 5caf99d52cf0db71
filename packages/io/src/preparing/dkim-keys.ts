import { createPrivateKey } from 'node:crypto';
import type { DkimKey } from '@waybill/mail/dkim';
import type { SigningKeyRow } from '@waybill/relay/ports';
import { lruCache } from '../cache/lru-cache.ts';

export type DkimKeys = { of(rows: readonly SigningKeyRow[]): readonly DkimKey[] };

/** Caches parsed keys, because parsing a PEM costs more than signing with it. The same row gives the same object. */
export function openDkimKeys(maxEntries = 10_000): DkimKeys {
  const parsed = lruCache<DkimKey>({ maxEntries });
  const keyOf = ({ domain, selector, algorithm, privateKeyPem }: SigningKeyRow): DkimKey => {
    const id = `${domain} ${selector} ${algorithm} ${privateKeyPem}`;
    const known = parsed.get(id);
    if (known) return known;
    const key = { domain, selector, algorithm, privateKey: createPrivateKey(privateKeyPem) };
    parsed.set(id, key);
    return key;
  };
  return { of: (rows) => rows.map(keyOf) };
}
