/** Addresses outside the verified domains of an account that it may send as after a confirmation. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { oneLine, time } from './text.ts';

export const fromAddress = z
  .object({
    id: publicIdOf('from'),
    address: z.string(),
    status: z
      .enum(['unconfirmed', 'confirmed', 'vouched'])
      .describe('An address in a domain that is verified for this account is confirmed by that'),
    proof: z
      .enum(['domain', 'mailbox', 'operator'])
      .nullable()
      .describe('What makes the address count; null: the account may not send as it'),
    created_at: time,
  })
  .meta({ id: 'FromAddress' });

/** Whether a confirmation message was sent. If not, `code` is the refusal and `retry_at` the earliest time of the next request. */
const confirmation = z.object({
  mailed: z.boolean(),
  expires_at: time.nullable().describe('Until when the mailed link works'),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  retry_at: time.nullable(),
});

export const fromAddressAsked = z
  .object({
    ...fromAddress.shape,
    confirmation: confirmation.nullable().describe('null: the address counts already'),
  })
  .meta({ id: 'FromAddressAsked' });

export const fromAddressBody = z.strictObject({ address: oneLine(254).min(3) });
