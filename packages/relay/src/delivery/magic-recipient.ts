import type { Suppression } from '../account.ts';

const MAGIC = /^suppressed(?:\+[^@]*)?@sandbox\.test$/;

/**
 * `suppressed@sandbox.test`, with any +label, is on the list of every account, so that developers see what becomes of such mail. No
 * mail can go there: `.test` is never a public domain. RFC 6761 §6.2, docs/api.md §4.
 */
export const magicSuppression = (foldedAddress: string): Suppression | undefined =>
  MAGIC.test(foldedAddress)
    ? { address: foldedAddress, reason: 'hard_bounce', streamId: undefined, createdAt: new Date(0) }
    : undefined;
