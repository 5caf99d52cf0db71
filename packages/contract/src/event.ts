/** Events: past-tense facts. Their public names are `message.<type>`. */
import { eventTypes } from '@waybill/relay/events/event';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { queryTime, time } from './text.ts';

const publicEventTypes = eventTypes.map((type) => `message.${type}` as const);

export const event = z
  .object({
    id: publicIdOf('evt'),
    type: z.enum(publicEventTypes),
    message_id: publicIdOf('msg'),
    delivery_id: publicIdOf('dlv').nullable(),
    recipient: z.string().nullable(),
    occurred_at: time,
    custom_id: z.string().nullable(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    sequence: z
      .number()
      .int()
      .describe('From 1 on: the order of the events of one message, also where several share a time'),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
export type EventView = z.output<typeof event>;

export const eventQuery = listQuery.extend({
  types: z
    .string()
    .regex(/^message\.[a-z]+(,message\.[a-z]+){0,20}$/, 'must be event types separated by commas')
    .optional(),
  message_id: publicIdOf('msg').optional().describe('Events of one message'),
  delivery_id: publicIdOf('dlv').optional().describe('Events of one delivery'),
  since: queryTime.optional(),
  until: queryTime.optional(),
});
