/** A NUL, or half of a surrogate pair, as JSON.stringify escapes them. PostgreSQL stores neither in text or jsonb. */
const unkeepable = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}

/**
 * JSON text that PostgreSQL stores, for values from outside: a NUL in a subject must not prevent the message from being stored.
 * Characters that it cannot store become U+FFFD; the bytes of the message are stored unchanged.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // Most text holds no escape, and this test is the cheaper one.
  return text.includes('\\u') && unkeepable.test(text) ? JSON.stringify(cleaned(value)) : text;
}
