/** Message identifiers. RFC 5322 §3.6.4. */
import { withoutComments } from './header/comments.ts';

// RFC 5322 §2.1.1: a line has at most 998 characters, and an identifier cannot be folded.
const identifier = /^<([^<>\s\p{Cc}]{1,990})>$/u;

/** `<id@domain>`. Throws when the parts would make no identifier: they are ours. */
export function formatMessageId(id: string, domain: string): string {
  if (!/^[\w.+=-]+$/.test(id) || !/^[\w.-]+$/.test(domain))
    throw new Error(`Not a message id: ${id}@${domain}`);
  return `<${id}@${domain}>`;
}

/**
 * The identifier of a Message-ID value without angle brackets, or `undefined` when there is not exactly one.
 * It is opaque: the `@` that §3.6.4 wants is not demanded, because programs without it do exist and are quoted in replies.
 */
export function parseMessageId(value: string): string | undefined {
  return identifier.exec(value.trim())?.[1];
}

// The parts may hold more than a dot-atom: receivers take that, and to replace an identifier breaks its thread.
const addressed = /^<(?:"(?:[^"\\<>\p{Cc}]|\\[!-~])+"|[^<>@"\s\p{Cc}]+)@[^<>@\s\p{Cc}]+>$/u;
const MAX_ID_BYTES = 992;

const isAddressed = (text: string): boolean => text.length <= MAX_ID_BYTES && addressed.test(text);

/** Whether a Message-ID value is exactly one identifier `<left@right>`, comments and white space around it allowed. */
export function isMessageId(value: string): boolean {
  const text = value.trim();
  return isAddressed(text) || (text.includes('(') && isAddressed(withoutComments(text)?.trim() ?? ''));
}
