/** Keys of the HTTP API. */
import { accountScopes } from '@waybill/relay/management/permissions';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { ownLimits, ownLimitsPatch } from './limit.ts';
import { label, oneLine, time } from './text.ts';

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
    networks: z.array(z.string()).describe('The only networks that it works from; empty: all'),
    sender_domains: z
      .array(z.string())
      .describe('The only domains that it sends as; empty: all of the account'),
    created_at: time,
    expires_at: time.nullable(),
    previous_key_expires_at: time.nullable().describe('Until when the key before the last rotation works'),
    last_used_at: time.nullable(),
    last_used_ip: z.string().nullable(),
    last_used_agent: z.string().nullable(),
    warnings: z.array(z.object({ code: z.enum(['seen_over_plain_http']), detail: z.string(), at: time })),
  })
  .meta({ id: 'ApiKey' });

export const apiKeySecret = apiKey
  .extend({ key: z.string().describe('Shown once') })
  .meta({ id: 'ApiKeySecret' });

const keySettings = {
  limits: ownLimitsPatch.optional(),
  networks: z.array(oneLine(64).min(1)).max(50).optional(),
  sender_domains: z.array(oneLine(255).min(1)).max(50).optional(),
};

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
  ...keySettings,
});
export const apiKeyPatch = z.strictObject({ name: label.optional(), ...keySettings });
