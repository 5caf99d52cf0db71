/** What a person means by what they typed into the search: an id, an address, or words of a subject. */
import { paths } from '../paths.ts';

export type Target = { readonly to: string; readonly search: Readonly<Record<string, string>> };

const pageOfId: readonly (readonly [prefix: RegExp, path: (id: string) => string])[] = [
  [/^msg_[0-9a-hjkmnp-tv-z]{26}$/, paths.message],
  [/^dom_[0-9a-hjkmnp-tv-z]{26}$/, paths.domain],
  [/^box_[0-9a-hjkmnp-tv-z]{26}$/, paths.sandboxMessage],
];

/** Not an address: a Message-ID may look like one, but has angle brackets or no letter before the @. */
const isAddress = (text: string): boolean => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text);

export function targetOf(typed: string): Target | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const page = pageOfId.find(([pattern]) => pattern.test(text.toLowerCase()));
  if (page !== undefined) return { to: page[1](text.toLowerCase()), search: {} };
  if (isAddress(text)) return { to: paths.recipient(text), search: {} };
  return { to: paths.messages, search: { q: text } };
}
