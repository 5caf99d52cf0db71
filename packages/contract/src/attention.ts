/** What needs the attention of a person. */
import { attentionActions, attentionStatuses, concernKinds } from '@waybill/relay/attention/closed-sets';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { time } from './text.ts';

const example = z
  .object({
    delivery_id: publicIdOf('dlv'),
    message_id: publicIdOf('msg'),
    recipient: z.string(),
    occurred_at: time,
    reply: z.string().nullable().describe('What the server said, word for word'),
    reason: z.string().nullable(),
  })
  .nullable()
  .describe('The newest one; null: none is among the newest mail in trouble');

const group = z
  .object({
    status: z.enum(attentionStatuses).describe('Of the deliveries, now'),
    provider: z.string().nullable().describe('By the server that answered; null: none was reached'),
    category: z.string().nullable().describe('The reason: a category of replies, or what holds the mail'),
    code: z.string().nullable().describe('The enhanced status code, or the code of the reply'),
    domain: z.string().describe('Of the recipients'),
    count: z.number().int().describe('Deliveries'),
    since: time.describe('The half hour, or the day in UTC, in which the first of them was accepted'),
    done: z.string().describe('What Waybill did'),
    action: z.enum(attentionActions),
    advice: z.string().describe('The action in a sentence'),
    example,
  })
  .meta({ id: 'AttentionGroup' });

const concern = z
  .object({
    kind: z.enum(concernKinds),
    subject_id: publicIdOf('acc', 'dom', 'wh', 'cred', 'key', 'str', 'msg'),
    subject_name: z.string().nullable(),
    since: time.nullable(),
    count: z.number().int().describe('Messages, at most 1,000; 1 for anything else'),
    advice: z.string(),
  })
  .meta({ id: 'Concern' });

export const attention = z
  .object({
    object: z.literal('attention'),
    from: time,
    to: time,
    groups: z.array(group).describe('Most deliveries first'),
    others: z.number().int().describe('Deliveries of further groups'),
    concerns: z.array(concern).describe('What stands in the way of mail now, whatever the span'),
  })
  .meta({ id: 'Attention' });
