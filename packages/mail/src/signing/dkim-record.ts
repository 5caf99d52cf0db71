/** The DNS record that publishes a DKIM key. RFC 6376 §3.6.1, RFC 8463 §4. */
import type { KeyObject } from 'node:crypto';
import type { DkimAlgorithm } from '../dkim.ts';

/** A key record in DNS. RFC 6376 §3.6.1. */
export type DkimRecord = {
  /** `k=`; RFC 6376 knows `rsa`, RFC 8463 `ed25519`. */
  readonly keyType: string;
  /** `p=` without white space; empty when the key was revoked. */
  readonly publicKey: string;
  /** `h=` allows SHA-256 and `s=` allows mail. */
  readonly isUsable: boolean;
  /** `t=y`: verifiers are asked to treat a bad signature as none. */
  readonly isTesting: boolean;
};

export const recordComparisons = ['same', 'different', 'revoked', 'unusable', 'malformed'] as const;
export type RecordComparison = (typeof recordComparisons)[number];

/** The TXT value for a public key: RSA as SubjectPublicKeyInfo, Ed25519 as its 32 bytes. */
export function dkimRecord(publicKey: KeyObject, algorithm: DkimAlgorithm): string {
  const { type, asymmetricKeyType } = publicKey;
  if (type !== 'public' || asymmetricKeyType !== algorithm) throw new Error(`Not a public ${algorithm} key`);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  // The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key. RFC 8410 §4.
  const bytes = algorithm === 'rsa' ? der : der.subarray(-32);
  return `v=DKIM1; k=${algorithm}; p=${bytes.toString('base64')}`;
}

/** Tags of RFC 6376 §3.2 in their order. `undefined` for a list with a tag that is none or comes twice. */
export function parseTags(text: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  const specs = text.split(';').map((spec) => spec.trim());
  if (specs.at(-1) === '') specs.pop();
  for (const spec of specs) {
    const equals = spec.indexOf('=');
    const name = spec.slice(0, Math.max(equals, 0)).trimEnd();
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || tags.has(name)) return undefined;
    tags.set(name, spec.slice(equals + 1).trim());
  }
  return tags;
}

const allows = (list: string | undefined, ...wanted: readonly string[]): boolean =>
  list === undefined || list.split(':').some((one) => wanted.includes(one.trim()));

/** Reads a TXT value, its strings already joined. `undefined` for what a verifier would ignore. */
export function parseDkimRecord(text: string): DkimRecord | undefined {
  const tags = parseTags(text);
  const publicKey = tags?.get('p')?.replace(/\s+/g, '');
  if (tags === undefined || publicKey === undefined) return undefined;
  if (tags.has('v') && (tags.get('v') !== 'DKIM1' || !text.trimStart().startsWith('v'))) return undefined;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(publicKey)) return undefined;
  return {
    keyType: tags.get('k') ?? 'rsa',
    publicKey,
    isUsable: allows(tags.get('h'), 'sha256') && allows(tags.get('s'), '*', 'email'),
    isTesting: tags.has('t') && allows(tags.get('t'), 'y'),
  };
}

/** What a published TXT value is, measured against the one we asked for. */
export function compareDkimRecord(published: string, expected: string): RecordComparison {
  const found = parseDkimRecord(published);
  const ours = parseDkimRecord(expected);
  if (found === undefined || ours === undefined) return 'malformed';
  if (found.publicKey === '') return 'revoked';
  if (!found.isUsable) return 'unusable';
  return found.keyType === ours.keyType && found.publicKey === ours.publicKey ? 'same' : 'different';
}
