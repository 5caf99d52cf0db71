/** Webhooks in the shape of Resend. https://resend.com/docs/api-reference/webhooks */
import { z } from 'zod';
import { publicIdOf } from '../id.ts';
import { time } from '../text.ts';
import { httpUrl } from '../webhook.ts';

/** The event types of Resend that exist here too. */
export const resendEventTypes = [
  'email.sent',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.complained',
  'email.failed',
  'email.suppressed',
  'email.opened',
  'email.clicked',
  'domain.updated',
  'suppression.added',
  'suppression.removed',
] as const;

const events = z.array(z.enum(resendEventTypes)).min(1).max(resendEventTypes.length);
const status = z.enum(['enabled', 'disabled']);
const object = z.literal('webhook');
const id = publicIdOf('wh');

export const resendWebhookBody = z.strictObject({ endpoint: httpUrl, events });

export const resendWebhookPatch = z.strictObject({
  endpoint: httpUrl.optional(),
  events: events.optional(),
  status: status.optional(),
});

const signingSecret = z.string().describe('whsec_…, shown in this answer only');
export const resendWebhookMade = z.object({ object, id, signing_secret: signingSecret });
export const resendWebhookChanged = z.object({ object, id });
export const resendWebhookRemoved = z.object({ object, id, deleted: z.literal(true) });

export const resendWebhookItem = z.object({
  id,
  created_at: time,
  status,
  endpoint: z.string(),
  events: z.array(z.string()),
});

export const resendWebhook = resendWebhookItem.extend({
  object,
  signing_secret: z.null().describe('It was shown when it was made'),
});
