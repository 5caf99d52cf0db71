import { problem } from '@waybill/contract/problem';
import type { z } from 'zod';

/** The answers of a route with its problems beside them, for validation and for the API description. */
export const answers = <T extends Readonly<Record<number, z.ZodType>>>(good: T) => ({
  ...good,
  '4xx': problem,
  '5xx': problem,
});
