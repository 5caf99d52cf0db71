import { createPrivateKey, hash, type KeyObject } from 'node:crypto';
import type { DkimKey } from '@waybill/mail/dkim';
import type { SigningKeyRow } from '@waybill/relay/ports';

export type DkimKeys = { of(rows: readonly SigningKeyRow[]): readonly DkimKey[] };

/**
 * Parsed keys, the least recently used one forgotten first. Parsing a PEM costs more than signing with it. Known by the
 * digest of the text, so that a rotated key is a new key and the text itself is not kept.
 */
export function openDkimKeys(maximum = 10_000): DkimKeys {
  const parsed = new Map<string, KeyObject>();
  const keyOf = (pem: string): KeyObject => {
    const digest = hash('sha256', pem);
    const key = parsed.get(digest) ?? createPrivateKey(pem);
    parsed.delete(digest);
    parsed.set(digest, key);
    const oldest = parsed.keys().next().value;
    if (parsed.size > maximum && oldest !== undefined) parsed.delete(oldest);
    return key;
  };
  const keysOf = (rows: readonly SigningKeyRow[]): readonly DkimKey[] =>
    rows.map(({ domain, selector, algorithm, privateKeyPem }) => ({
      domain,
      selector,
      algorithm,
      privateKey: keyOf(privateKeyPem),
    }));
  // The directory hands out the same rows for some seconds: the same keys for these, of which the signer knows the faults.
  const known = new WeakMap<readonly SigningKeyRow[], readonly DkimKey[]>();
  return {
    of(rows) {
      const keys = known.get(rows) ?? keysOf(rows);
      known.set(rows, keys);
      return keys;
    },
  };
}
