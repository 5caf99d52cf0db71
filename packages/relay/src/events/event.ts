/** The event vocabulary: past-tense facts about a delivery or a message. In public they read `message.<type>`. */
export const eventTypes = [
  'queued',
  'deferred',
  'delivered',
  'bounced',
  'failed',
  'unknown',
  'suppressed',
  'held',
  'requeued',
  'cancelled',
  'complained',
  'opened',
  'clicked',
  'unsubscribed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Weakest to strongest. A delivery moves right, so late and repeated events are harmless; only `requeued` begins anew. */
export const deliveryStatuses = [
  'scheduled',
  'queued',
  'deferred',
  'held',
  'unknown',
  'delivered',
  'suppressed',
  'cancelled',
  'failed',
  'bounced',
  'complained',
] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
