/** Lists use keyset pagination, no offset. The client sends the opaque `next_cursor` back as `after`. */
import { z } from 'zod';

export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  after: z.string().min(1).max(200).optional().describe('next_cursor of the page before'),
  format: z
    .enum(['json', 'csv', 'ndjson'])
    .optional()
    .describe(
      'csv or ndjson: the whole list as a file, as with `Accept: text/csv` or `application/x-ndjson`',
    ),
});

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  });

export type List<T> = {
  readonly object: 'list';
  readonly data: T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};
