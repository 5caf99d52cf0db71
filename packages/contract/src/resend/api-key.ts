/** API keys in the shape of Resend. https://resend.com/docs/api-reference/api-keys */
import { z } from 'zod';
import { publicIdOf } from '../id.ts';
import { label, time } from '../text.ts';

export const resendApiKeyBody = z.strictObject({
  name: label.max(50),
  permission: z
    .enum(['full_access', 'sending_access'])
    .default('full_access')
    .describe('full_access: every scope of the asking key; sending_access: messages:send'),
  domain_id: publicIdOf('dom')
    .optional()
    .describe('The only domain that the key may send as. Needs the permission sending_access'),
});

export const resendApiKeyPatch = z.strictObject({ name: label.max(50) });
export const resendApiKeyChanged = z.object({ object: z.literal('api_key'), id: publicIdOf('key') });

export const resendApiKeySecret = z.object({
  id: publicIdOf('key'),
  token: z.string().describe('Shown once'),
});

export const resendApiKey = z.object({
  id: publicIdOf('key'),
  name: z.string(),
  created_at: time,
  last_used_at: time.nullable(),
});

export const resendApiKeyRemoved = z.object({
  object: z.literal('api_key'),
  id: publicIdOf('key'),
  deleted: z.literal(true),
});
