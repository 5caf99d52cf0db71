const MAX_LETTERS = 60;

/** All characters except letters, digits, spaces and a few marks that cannot be part of a link, of markup or of a header. */
const unusual = /[^\p{L}\p{M}\p{N} .,'&()_-]+/gu;
/** `evil.example` becomes a link in most mail programs, `evil. example` in none. */
const innerDot = /\.(?=[\p{L}\p{M}\p{N}])/gu;

/**
 * The name of an account as shown to a stranger. An account chooses its own name and must not be able to put a message into it:
 * no links, no markup, no line ends, no characters that reverse the text; cut after 60 letters.
 */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(unusual, ' ')
    .replace(innerDot, '. ')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = [...plain];
  if (letters.length === 0) return 'without a name';
  return letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS).join('').trimEnd()}…` : plain;
}
