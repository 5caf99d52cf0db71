/** Revoking a key: what happens to mail that was submitted with it and is not sent yet. */
import { z } from 'zod';

export const revokeQuery = z.strictObject({
  pending: z
    .enum(['hold', 'send'])
    .default('hold')
    .describe('hold: accepted mail of the key waits for release or cancel; send: it goes on'),
});
