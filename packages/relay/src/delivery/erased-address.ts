/** An address that was erased stays suppressed as a keyed hash: the list does not hold it, and still knows it when it is asked. ADR 39. */
import { createHmac, type KeyObject } from 'node:crypto';

export const ERASED_PREFIX = 'erased:';
/** What stands in place of an erased address. RFC 2606 §2. */
export const ERASED_ADDRESS = 'erased@erased.invalid';

/** 128 bits of HMAC-SHA256, different in every account. */
export const erasedKeyOf = (key: KeyObject, accountId: string, foldedAddress: string): string =>
  ERASED_PREFIX +
  createHmac('sha256', key)
    .update(`${accountId}\n${foldedAddress}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
