/** A hit as a line of the spool: the fields of its later event, and no data about the person. */
import { agentKinds } from '@waybill/relay/events/agent';
import { z } from 'zod';

export const hitSchema = z.object({
  type: z.enum(['opened', 'clicked', 'unsubscribed']),
  deliveryId: z.uuid(),
  at: z.iso.datetime(),
  agent: z.object({ kind: z.enum(agentKinds), name: z.string() }).optional(),
  url: z.string().optional(),
  linkIndex: z.number().int().optional(),
  /** The source of an unsubscribe: the mail program (RFC 8058) or our page. */
  via: z.enum(['one_click', 'page']).optional(),
});
export type Hit = z.output<typeof hitSchema>;

/** A hit with the id of its event. The id is written to disk before it is used, so that a hit drained twice is one event. */
export const stampedHitSchema = hitSchema.extend({ id: z.uuid() });
export type StampedHit = z.output<typeof stampedHitSchema>;
