/** Keys of the HTTP API. */
import { accountScopes } from '@waybill/relay/management/permissions';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { ownLimits, ownLimitsPatch } from './limit.ts';
import { label, time } from './text.ts';

export const scope = z.enum([
  ...accountScopes,
  '*',
  'messages:*',
  'domains:*',
  'credentials:*',
  'suppressions:*',
  'stats:*',
  'streams:*',
  'members:*',
  'webhooks:*',
  'account:*',
]);

export const apiKey = z
  .object({
    id: publicIdOf('key'),
    kind: z.enum(['live', 'test', 'admin']),
    name: z.string(),
    scopes: z.array(z.string()),
    limits: ownLimits,
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable(),
    last_used_ip: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeySecret = apiKey
  .extend({ key: z.string().describe('Shown once') })
  .meta({ id: 'ApiKeySecret' });

export const apiKeyBody = z.strictObject({
  name: label,
  kind: z.enum(['live', 'test']).default('live').describe('test: everything it sends stays in the sandbox'),
  scopes: z
    .array(scope)
    .min(1)
    .max(20)
    .optional()
    .describe('Every scope the asking key has, when it is not given'),
  expires_at: time.optional(),
  limits: ownLimitsPatch.optional(),
});
export const apiKeyPatch = z.strictObject({ limits: ownLimitsPatch.optional() });
