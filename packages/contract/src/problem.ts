/** A refusal over HTTP. RFC 9457. `code` is the same word as in the SMTP reply for the same fault. */
import { z } from 'zod';

export const problem = z
  .object({
    type: z.string().describe('URL of a page on this installation that explains the code'),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    fix: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional()
      .describe('Which parts of the request are at fault, each by a JSON pointer'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problem>;
