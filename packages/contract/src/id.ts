/** Public ids: a prefix that says what it is, then a UUIDv7 in Crockford's base32. Sortable by time, opaque to clients. */
import { z } from 'zod';

export const publicIdOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${prefix}_…`)
    .describe(`id, ${prefix}_…`);

export const idParams = (prefix: string) => z.object({ id: publicIdOf(prefix) });
