/** The forms of the values of settings. */
import { parseNetwork } from '@waybill/relay/domains/networks';
import { z } from 'zod';

const portNumber = z.coerce.number().int().min(0).max(65_535);
/** `off` opens no listener, also where `waybill start` would open one by default. */
export const port = z.preprocess((value) => (value === 'off' ? undefined : value), portNumber.optional());
export const portOr = (fallback: number) => portNumber.default(fallback);
export const text = (fallback: string) => z.string().min(1).default(fallback);
export const optional = z.string().min(1).optional();
export const positive = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
export const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^:\s]+):\d{1,5}$/, 'must read host:port')
  .optional();
export const hostPorts = (fallback: string) =>
  z
    .string()
    .regex(
      /^((\[[0-9a-fA-F:.]+\]|[^:\s,]+):\d{1,5})(\s*,\s*(\[[0-9a-fA-F:.]+\]|[^:\s,]+):\d{1,5})*$/,
      'must read host:port,host:port',
    )
    .default(fallback)
    .transform((value) => value.split(',').map((one) => one.trim()));
export const networks = z
  .string()
  .transform((value, context) =>
    value.split(',').flatMap((text) => {
      const network = parseNetwork(text);
      if (network !== undefined) return [network.cidr];
      context.addIssue({ code: 'custom', message: `holds "${text.trim()}", which is no network` });
      return [];
    }),
  )
  .default([]);
export const url = (protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL with ${protocols.join(' or ')}`,
  });
export const minutesList = z
  .string()
  .regex(/^\d+(\.\d+)?(\s*,\s*\d+(\.\d+)?)*$/, 'must be numbers separated by commas')
  .transform((value) => value.split(',').map((minutes) => Math.round(Number(minutes) * 60_000)));
