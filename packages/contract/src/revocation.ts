/** Revoking a key: what becomes of the mail that it handed over and that has not left. */
import { z } from 'zod';

export const revokeQuery = z.strictObject({
  pending: z
    .enum(['hold', 'send'])
    .default('hold')
    .describe('hold: accepted mail of the key waits for release or cancel; send: it goes on'),
});
