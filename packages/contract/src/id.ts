/** Public ids: a prefix that names the kind, then a UUIDv7 in Crockford's base32. Sortable by time, opaque to clients. */
import { z } from 'zod';

/** An id with one of these prefixes. */
export const publicIdOf = (...prefixes: readonly string[]) =>
  z
    .string()
    .regex(
      new RegExp(`^(?:${prefixes.join('|')})_[0-9a-hjkmnp-tv-z]{26}$`),
      `must be an id like ${prefixes.map((prefix) => `${prefix}_…`).join(' or ')}`,
    )
    .describe(`id, ${prefixes.map((prefix) => `${prefix}_…`).join(' or ')}`);

export const idParams = (prefix: string) => z.object({ id: publicIdOf(prefix) });
