/** Lists in the shape of Resend: the id of the last item leads to the next page. */
import { z } from 'zod';

/** `prefix`: of the ids of the list. */
export const resendListQuery = (prefix: string) =>
  z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    after: z
      .string()
      .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${prefix}_…`)
      .optional()
      .describe('The id of the last item of the page before'),
  });

export const resendListOf = <T extends z.ZodType>(item: T) =>
  z.object({ object: z.literal('list'), has_more: z.boolean(), data: z.array(item) });

export type ResendList<T> = {
  readonly object: 'list';
  readonly has_more: boolean;
  readonly data: T[];
};
