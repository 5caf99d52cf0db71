/** Networks that authenticate by address; From addresses that an account may send as. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { oneLine, time } from './text.ts';

export const ipNetwork = z
  .object({
    id: publicIdOf('net'),
    cidr: z.string(),
    shared: z.boolean(),
    label: z.string(),
    created_at: time,
  })
  .meta({ id: 'IpNetwork' });

export const ipNetworkBody = z.strictObject({
  cidr: oneLine(64).min(1).describe('A network like 198.51.100.0/24 or 2001:db8::/48, or one address'),
  shared: z
    .boolean()
    .default(false)
    .describe('Other accounts may register it too, when each of them marks it shared'),
  label: oneLine(200).default(''),
});

/** A network that may hand over mail for every account. */
export const trustedRelayBody = z.strictObject({
  cidr: oneLine(64).min(1),
  label: oneLine(200).default(''),
});

export const fromAddress = z
  .object({ id: publicIdOf('from'), address: z.string(), created_at: time })
  .meta({ id: 'FromAddress' });

export const fromAddressBody = z.strictObject({ address: oneLine(254).min(3) });
