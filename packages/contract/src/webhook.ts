/** Webhooks: endpoints of an account that get its events over HTTP, signed by Standard Webhooks. */
import { publicEventTypes } from '@waybill/relay/events/event';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { oneLine, queryTime, time } from './text.ts';

/** The bodies that an endpoint may ask for. */
const webhookShapes = ['waybill'] as const;
const statuses = ['active', 'paused', 'disabled'] as const;
const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const;

const eventFilter = z
  .array(z.enum(['*', ...publicEventTypes]))
  .min(1)
  .max(publicEventTypes.length)
  .refine((types) => new Set(types).size === types.length, 'must name each type once')
  .refine((types) => types.length === 1 || !types.includes('*'), 'must be ["*"] alone, or event types')
  .describe('Event types, or ["*"] for all of them');

export const httpUrl = oneLine(2_000)
  .min(1)
  .regex(/^https?:\/\//i, 'must be a URL with https://')
  .refine((text) => URL.canParse(text), 'must be a URL')
  .describe('Where the events are sent: https, at a public address');

const shape = z.enum(webhookShapes).describe('The form of the body');
const description = oneLine(200);

export const webhook = z
  .object({
    id: publicIdOf('wh'),
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    shape: z.string(),
    status: z.enum(statuses),
    status_reason: z.string().nullable().describe('Why it is disabled'),
    created_at: time,
    previous_secret_expires_at: time.nullable().describe('Until then each request has a second signature'),
    failing_since: time.nullable().describe('The first failure after the last success'),
    last_success_at: time.nullable(),
    last_failure_at: time.nullable(),
    recent_requests: z
      .object({ succeeded: z.int(), failed: z.int() })
      .describe('Requests of today and of the six days before, in UTC'),
    oldest_due_at: time
      .nullable()
      .describe('Since when the oldest delivery that waits is due; null: none is'),
  })
  .meta({ id: 'Webhook' });

export const webhookBody = z.strictObject({
  url: httpUrl,
  events: eventFilter.default(['*']),
  description: description.default(''),
  shape: shape.default('waybill'),
  backfill_since: time.optional().describe('Events from this time on are sent too; at most seven days ago'),
});

export const webhookPatch = z.strictObject({
  url: httpUrl.optional(),
  events: eventFilter.optional(),
  description: description.optional(),
  shape: shape.optional(),
  status: z.enum(['active', 'paused']).optional(),
});

export const webhookSecret = webhook.extend({
  secret: z.string().describe('whsec_…, shown in this answer only'),
});

/** How long the secret before stays valid. */
export const webhookRotateBody = z
  .strictObject({ grace_minutes: z.number().int().min(0).max(10_080).default(1_440) })
  .optional();

const attempt = z.object({
  number: z.number().int(),
  started_at: time,
  duration_ms: z.number().int(),
  url: z.string(),
  status_code: z.number().int().nullable().describe('null: no answer came'),
  error: z.string().nullable().describe('Why it counts as failed'),
  answer: z.string().describe('The first 2,000 characters of the answer'),
});

const delivery = z.object({
  id: publicIdOf('whd'),
  webhook_id: publicIdOf('wh'),
  event_id: publicIdOf('evt'),
  event_type: z.string(),
  message_id: publicIdOf('msg').nullable(),
  status: z.enum(deliveryStatuses),
  attempts: z.number().int(),
  next_attempt_at: time
    .nullable()
    .describe('null: it has ended, or an earlier event of its message comes first'),
  occurred_at: time,
  ended_at: time.nullable(),
  last_attempt: attempt.nullable(),
});

export const webhookDelivery = delivery.meta({ id: 'WebhookDelivery' });

export const webhookDeliveryDetail = delivery
  .extend({
    request: z.object({ headers: z.record(z.string(), z.string()), body: z.string() }),
    history: z.array(attempt).describe('The last attempts, oldest first'),
  })
  .meta({ id: 'WebhookDeliveryDetail' });

export const webhookDeliveryQuery = listQuery.extend({
  status: z.enum(deliveryStatuses).optional(),
  event_type: oneLine(100).optional(),
  event_id: publicIdOf('evt').optional(),
  message_id: publicIdOf('msg').optional(),
});

export const webhookReplayQuery = z.strictObject({
  since: queryTime.describe('At most seven days ago'),
  until: queryTime.optional(),
  which: z
    .enum(['undelivered', 'all'])
    .default('undelivered')
    .describe(
      'undelivered: failed deliveries, and events that the webhook never got; all: delivered ones too',
    ),
});

export const webhookReplayed = z.object({
  queued: z
    .number()
    .int()
    .describe('Deliveries that are sent again; events without a delivery follow in the background'),
});
