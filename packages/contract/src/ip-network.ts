/** Networks whose clients are authenticated by their IP address. */
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

const confirm = z
  .boolean()
  .default(false)
  .describe('Must be true for a network wider than /8 (IPv4) or /16 (IPv6)');

export const ipNetworkBody = z.strictObject({
  cidr: oneLine(64).min(1).describe('A network like 198.51.100.0/24 or 2001:db8::/48, or one address'),
  shared: z
    .boolean()
    .default(false)
    .describe('Other accounts may register it too, when each of them marks it shared'),
  label: oneLine(200).default(''),
  confirm,
});

/** A network that may submit mail for every account. */
export const trustedRelayBody = z.strictObject({
  cidr: oneLine(64).min(1),
  label: oneLine(200).default(''),
  confirm,
});
