/** What a delivery status notification says of one recipient, in the terms of a reply. RFC 3464. */
import { foldedAddress } from '@waybill/mail/address';
import type { Dsn, DsnRecipient } from '@waybill/mail/dsn';
import { type Disposed, disposeOf } from './disposition.ts';
import { type Suppressing, suppressionBy } from './suppression-rule.ts';

/** RFC 5321 §4.2.2: the plainest of permanent replies. */
const FAILED = 550;

/** `ours`: the report names our recipient. `member`: another address that ours was expanded to. `other`: it does not say. */
export type Naming = 'ours' | 'member' | 'other';

const isSame = (address: string | undefined, recipient: string): boolean =>
  address !== undefined && foldedAddress(address) === foldedAddress(recipient);

/** Final-Recipient is the address that failed; Original-Recipient may be an alias with many members. RFC 3464 §2.3.1, §2.3.2. */
export function namingOf({ finalRecipient, originalRecipient }: DsnRecipient, recipient: string): Naming {
  const isOriginal = isSame(originalRecipient, recipient);
  if (finalRecipient === undefined) return isOriginal ? 'ours' : 'other';
  if (!isSame(finalRecipient, recipient)) return isOriginal ? 'member' : 'other';
  return originalRecipient === undefined || isOriginal ? 'ours' : 'other';
}

const order: readonly Naming[] = ['ours', 'member', 'other'];

/** The part of a report that is about our recipient, in whatever order its parts stand: ours first, then what failed. */
export function partAbout(dsn: Dsn, recipient: string): DsnRecipient | undefined {
  const rank = (one: DsnRecipient): number =>
    order.indexOf(namingOf(one, recipient)) * 2 + (one.action === 'failed' ? 0 : 1);
  return dsn.recipients.toSorted((a, b) => rank(a) - rank(b))[0];
}

export const codeIn = (diagnostic = ''): number | undefined => {
  const [code] = /^[2-5]\d\d\b/.exec(diagnostic) ?? [];
  return code === undefined ? undefined : Number(code);
};

/** Without a code the failure itself is the answer: no server tries any more. */
const replyOf = ({ status, diagnostic = '' }: DsnRecipient) => ({
  code: codeIn(diagnostic) ?? FAILED,
  text: diagnostic,
  ...(status && { status }),
});

/** Category and party as an attempt has them: the words of a report are those of a reply, only later. */
export function classifyReport(part: DsnRecipient): Pick<Disposed, 'category' | 'party'> {
  const { category, party } = disposeOf(replyOf(part), 'dot');
  return { category, party };
}

/** RFC 3464 §2.3.3: only `failed` is final. §2.3.4: a report has a status; one without it is too odd to believe. */
export function suppressionByReport(
  part: DsnRecipient,
  recipient: string,
  now: Date,
): Suppressing | undefined {
  if (part.action !== 'failed' || part.status === undefined) return undefined;
  if (namingOf(part, recipient) !== 'ours') return undefined;
  return suppressionBy({ kind: 'words', recipient, phase: 'dot', ...replyOf(part) }, now);
}
