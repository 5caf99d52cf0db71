/** Errors and lists of the routes that answer in the shape of Resend. https://resend.com/docs/api-reference/errors */
import { z } from 'zod';
import { problem } from '../problem.ts';

/** A problem document with the three fields that clients of Resend read. */
export const resendError = problem
  .extend({
    statusCode: z.number().int(),
    name: z.string().describe('The name that Resend gives to errors of this kind'),
    message: z.string(),
  })
  .meta({ id: 'ResendError' });
