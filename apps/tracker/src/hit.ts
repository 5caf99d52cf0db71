/** What was seen, as a line of the spool: enough to make an event of it later, nothing about the person. */
import { agentKinds } from '@waybill/relay/events/agent';
import { z } from 'zod';

export const hitSchema = z.object({
  type: z.enum(['opened', 'clicked', 'unsubscribed']),
  deliveryId: z.uuid(),
  at: z.iso.datetime(),
  agent: z.object({ kind: z.enum(agentKinds), name: z.string() }).optional(),
  url: z.string().optional(),
  linkIndex: z.number().int().optional(),
  /** How an unsubscribe was asked for: by the mail program (RFC 8058) or on our page. */
  via: z.enum(['one_click', 'page']).optional(),
});
export type Hit = z.output<typeof hitSchema>;

/** With the id of its event, given once and written down before it is used: draining twice is one event. */
export const stampedHitSchema = hitSchema.extend({ id: z.uuid() });
export type StampedHit = z.output<typeof stampedHitSchema>;
