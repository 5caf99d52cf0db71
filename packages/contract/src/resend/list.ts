/** Lists in the shape of Resend: the id of the last item leads to the next page, that of the first one to the page before. */
import { z } from 'zod';

/** `prefix`: of the ids of the list. */
export const resendListQuery = (prefix: string) => {
  const cursor = z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${prefix}_…`)
    .optional();
  return z
    .strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      after: cursor.describe('The id of the last item of the page before'),
      before: cursor.describe(
        'The id of the first item of a page: answers the items that stand next before it. Not together with `after`',
      ),
    })
    .refine(({ after, before }) => after === undefined || before === undefined, {
      path: ['before'],
      message: 'cannot be used with after',
    });
};

export type ResendListQuery = z.output<ReturnType<typeof resendListQuery>>;

export const resendListOf = <T extends z.ZodType>(item: T) =>
  z.object({ object: z.literal('list'), has_more: z.boolean(), data: z.array(item) });

export type ResendList<T> = {
  readonly object: 'list';
  readonly has_more: boolean;
  readonly data: T[];
};
