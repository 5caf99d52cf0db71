/** Which parts of a message are text that may be edited, and why the others may not. */

import { fieldValue, firstField } from '../headers.ts';
import type { MimePart } from '../mime-tree.ts';

/** Why a part must not be edited. */
export const protectedReasons = [
  'signed',
  'encrypted',
  'calendar',
  'attachment',
  'attached_message',
  'truncated',
] as const;
/** A member of `protectedReasons`. */
export type ProtectedReason = (typeof protectedReasons)[number];

/** The parts of a message that may be edited, and those that may not. */
export type EditableParts = {
  /** `text/html` and `text/plain` bodies, in the order of the message. */
  readonly bodies: readonly MimePart[];
  /** The topmost part of each protected branch. */
  readonly untouched: readonly { readonly part: MimePart; readonly reason: ProtectedReason }[];
};

const SIGNATURE = /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature)$/;

/** RFC 1847, RFC 8551 §3, RFC 3156: whatever of this changes by an byte no longer verifies or opens. */
export const securityOf = (part: MimePart): 'signed' | 'encrypted' | undefined => {
  if (part.contentType === 'multipart/signed') return 'signed';
  if (part.contentType === 'multipart/encrypted' || part.contentType === 'application/pgp-encrypted') {
    return 'encrypted';
  }
  if (/^application\/(x-)?pkcs7-mime$/.test(part.contentType)) {
    return part.params.get('smime-type')?.toLowerCase() === 'signed-data' ? 'signed' : 'encrypted';
  }
  // A detached signature among the parts of another multipart signs its neighbours.
  return part.children.some((child) => SIGNATURE.test(child.contentType)) ? 'signed' : undefined;
};

const bareId = (text: string): string => text.trim().replace(/^<(.*)>$/, '$1');

const contentIdOf = (part: MimePart): string | undefined => {
  const field = firstField(part.fields, 'content-id');
  return field && bareId(fieldValue(field));
};

const isReadable = ({ contentType }: MimePart): boolean => /^(?:text|multipart|message)\//.test(contentType);
const holdsHtml = ({ contentType }: MimePart): boolean =>
  contentType === 'text/html' || contentType === 'multipart/alternative';

/**
 * RFC 2387 §3.2: the root is named by `start`, or is the first part. Senders leave out the brackets of `start`, and put
 * images before the text: then `type` says what the root is, or the HTML is it.
 */
const rootOf = ({ params, children }: MimePart): MimePart | undefined => {
  const start = params.get('start');
  const named =
    start === undefined ? undefined : children.find((child) => contentIdOf(child) === bareId(start));
  const [first] = children;
  if (named || !first) return named;
  const type = params.get('type')?.trim().toLowerCase();
  const typed = children.find(({ contentType }) => contentType === type);
  if (typed) return typed;
  return isReadable(first) ? first : (children.find(holdsHtml) ?? first);
};

/** Where a part stands. `root`: of the `multipart/related` that is its parent, found once for all its parts. */
type Place = { readonly parent: MimePart; readonly root: MimePart | undefined };

const placeIn = (parent: MimePart): Place => ({
  parent,
  root: parent.contentType === 'multipart/related' ? rootOf(parent) : undefined,
});

const isAttachment = (part: MimePart, place: Place | undefined): boolean => {
  // RFC 2183 §2.8: an unknown disposition is an attachment.
  if (part.disposition !== undefined && part.disposition !== 'inline') return true;
  if (!place) return false;
  const { parent, root } = place;
  // An inline text with a name, beside others, is a file that is shown; an alternative is a body whatever its name.
  if (part.filename !== undefined && parent.contentType !== 'multipart/alternative') return true;
  // The parts beside the root are what it refers to.
  return root !== undefined && part !== root;
};

const reasonFor = (part: MimePart, place: Place | undefined): ProtectedReason | undefined => {
  const security = securityOf(part);
  if (security) return security;
  if (part.contentType.startsWith('message/')) return 'attached_message';
  if (part.contentType === 'text/calendar') return 'calendar';
  if (part.contentType.startsWith('multipart/')) {
    return part.truncated && part.children.length === 0 ? 'truncated' : undefined;
  }
  if (part.truncated) return 'truncated';
  return isAttachment(part, place) ? 'attachment' : undefined;
};

/** Walks the tree once; its depth is limited by the parser. */
export function editableParts(tree: MimePart): EditableParts {
  const bodies: MimePart[] = [];
  const untouched: { part: MimePart; reason: ProtectedReason }[] = [];
  const visit = (part: MimePart, place: Place | undefined): void => {
    const reason = reasonFor(part, place);
    if (reason) untouched.push({ part, reason });
    else if (part.contentType === 'text/html' || part.contentType === 'text/plain') bodies.push(part);
    else visitChildren(part);
  };
  const visitChildren = (part: MimePart): void => {
    const place = placeIn(part);
    for (const child of part.children) visit(child, place);
  };
  visit(tree, undefined);
  return { bodies, untouched };
}

const PGP_BEGIN = '-----BEGIN PGP ';

/** RFC 9580 §6.2, §7: armour in the text itself, as older clients send it. */
export function inlinePgp(text: string): 'signed' | 'encrypted' | undefined {
  const at = text.indexOf(PGP_BEGIN);
  if (at === -1) return undefined;
  const label = text.slice(at + PGP_BEGIN.length, at + PGP_BEGIN.length + 16);
  if (label.startsWith('SIGNED MESSAGE')) return 'signed';
  return label.startsWith('MESSAGE-----') ? 'encrypted' : undefined;
}
