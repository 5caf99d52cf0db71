/** A NUL, or half of a surrogate pair, as JSON.stringify escapes them. PostgreSQL keeps neither in text or jsonb. */
const unkeepable = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}

/**
 * JSON that PostgreSQL takes whatever strangers wrote: a NUL in a subject must not make a message impossible to keep.
 * What cannot be kept becomes U+FFFD; the bytes of the message stay the truth.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // Most text holds no escape at all, and the look for one is the cheaper one.
  return text.includes('\\u') && unkeepable.test(text) ? JSON.stringify(cleaned(value)) : text;
}
