/** Events: past-tense facts about a message (`message.<type>`) or about the account (`domain.degraded`). */
import { publicEventTypes } from '@waybill/relay/events/event';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { queryTime, time } from './text.ts';

/** Event types separated by commas. */
const eventTypesQuery = z
  .string()
  .regex(/^[a-z]+\.[a-z_]+(,[a-z]+\.[a-z_]+){0,30}$/, 'must be event types separated by commas')
  .optional();

export const event = z
  .object({
    id: publicIdOf('evt'),
    type: z.enum(publicEventTypes),
    message_id: publicIdOf('msg').nullable().describe('null: an event of the account'),
    delivery_id: publicIdOf('dlv').nullable(),
    recipient: z.string().nullable(),
    occurred_at: time,
    custom_id: z.string().nullable(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    sequence: z
      .number()
      .int()
      .nullable()
      .describe('From 1 on: the order of the events of one message, also where several share a time'),
    code: z.number().int().nullable().describe('Of the reply, for a delivery that was attempted'),
    enhanced_code: z.string().nullable(),
    category: z.string().nullable(),
    party: z.string().nullable(),
    reply: z.string().nullable(),
    mx_host: z.string().nullable(),
    tls: z.record(z.string(), z.unknown()).nullable(),
    attempt: z.number().int().nullable(),
    detail: z.record(z.string(), z.unknown()).describe('All that is known of it'),
  })
  .meta({ id: 'Event' });

export const eventStreamQuery = z.strictObject({
  types: eventTypesQuery,
  after: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('next_cursor of GET /v1/events, or the id of an event of this stream'),
});

export const eventQuery = listQuery.extend({
  types: eventTypesQuery,
  message_id: publicIdOf('msg').optional().describe('Events of one message'),
  delivery_id: publicIdOf('dlv').optional().describe('Events of one delivery'),
  since: queryTime.optional(),
  until: queryTime.optional(),
});
