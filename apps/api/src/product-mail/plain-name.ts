const MAX_LETTERS = 60;

/** Everything but letters, digits, spaces and a few marks that no program reads as part of a link, of markup or of a header. */
const unusual = /[^\p{L}\p{M}\p{N} .,'&()_-]+/gu;
/** `evil.example` becomes a link in most mail programs, `evil. example` in none. */
const innerDot = /\.(?=[\p{L}\p{M}\p{N}])/gu;

/**
 * The name of an account where a stranger reads it: an account chooses its own name, and must not be able to say more with it
 * than who it is. No links, no markup, no line ends, no characters that turn the text around; cut after 60 letters.
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
