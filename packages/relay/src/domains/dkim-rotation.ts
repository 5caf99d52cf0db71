/** Selectors of DKIM keys, and how long the record of a replaced key stays in DNS. Pure. */
import { createHash } from 'node:crypto';
import { encodeBase32 } from '@waybill/mail/base32';

const DAY_MS = 24 * 60 * 60_000;

/**
 * Mail that was signed before the switch may be retried for ten days (the longest expiry of a stream), and receivers look the
 * key up on arrival. RFC 6376 §3.6.1 leaves the time to the signer.
 */
const RETIRED_KEY_DAYS = 14;

const HASH_BYTES = 8;

type Named = {
  /** `undefined`: the installation. */
  readonly accountId: string | undefined;
  readonly domain: string;
  /** Counts rotations from 1. */
  readonly round: number;
  readonly algorithm: 'rsa' | 'ed25519';
  /** base64 as in `p=`. */
  readonly publicKey: string;
};

/**
 * `wb2-` and 13 characters that are derived from account, domain and key. Two accounts that register one domain thus need
 * records under different names, and so does a domain that is removed and added again. One label, at most 63 bytes. RFC 1035 §2.3.4.
 */
export function selectorOf({ accountId, domain, round, algorithm, publicKey }: Named): string {
  const hash = createHash('sha256').update([accountId ?? '', domain, publicKey].join('\0'));
  const name = `wb${round}-${encodeBase32(hash.digest().subarray(0, HASH_BYTES))}`;
  return algorithm === 'rsa' ? name : `${name}-ed`;
}

/**
 * A CNAME is published once, so its selectors do not change: two take turns. While one signs, the other one is free for the next key.
 */
export const slots = ['a', 'b'] as const;
export type Slot = (typeof slots)[number];

export const slotSelector = (
  { accountId, domain, algorithm }: Omit<Named, 'round' | 'publicKey'>,
  slot: Slot,
): string => {
  const hash = createHash('sha256').update([accountId ?? '', domain].join('\0'));
  const name = `wb${slot}-${encodeBase32(hash.digest().subarray(0, HASH_BYTES))}`;
  return algorithm === 'rsa' ? name : `${name}-ed`;
};

/** The number of the next rotation. The old selectors `wb1` and `wb1-ed` count as the first. */
export const nextRound = (keys: readonly { readonly selector: string }[]): number =>
  Math.max(0, ...keys.map(({ selector }) => Number(/^wb(\d+)/.exec(selector)?.[1] ?? 0))) + 1;

/** A key that signs for a year is old enough to be replaced. M3AAWG advises every six months, and at least once a year. */
const ROTATION_DAYS = 365;

type Rotating = {
  readonly dkimRotation: 'manual' | 'yearly';
  readonly status: 'pending' | 'verified' | 'degraded';
  readonly keys: readonly { readonly state: Retiring['state']; readonly createdAt: Date }[];
};

/** Whether a yearly rotation begins: the domain is verified, an active key is a year old, and no new key waits for DNS. */
export const isRotationDue = ({ dkimRotation, status, keys }: Rotating, now: Date): boolean =>
  dkimRotation === 'yearly' &&
  status === 'verified' &&
  keys.some(
    ({ state, createdAt }) =>
      state === 'active' && now.getTime() - createdAt.getTime() >= ROTATION_DAYS * DAY_MS,
  ) &&
  !keys.some(
    ({ state, createdAt }) =>
      state === 'published' && now.getTime() - createdAt.getTime() < ROTATION_DAYS * DAY_MS,
  );

type Retiring = {
  readonly state: 'published' | 'active' | 'retired';
  readonly retiredAt: Date | undefined;
};

/** The time until which the record of a retired key must stay in DNS; `undefined`: the key is in use. */
export const publishedUntil = ({ state, retiredAt }: Retiring): Date | undefined =>
  state === 'retired' && retiredAt !== undefined
    ? new Date(retiredAt.getTime() + RETIRED_KEY_DAYS * DAY_MS)
    : undefined;

/** Whether the record of this key must be in DNS. */
export function isPublished(key: Retiring, now: Date): boolean {
  const until = publishedUntil(key);
  return key.state !== 'retired' || (until !== undefined && now < until);
}
