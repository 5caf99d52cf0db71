/** The event types: past-tense facts about a delivery or a message. Their public names are `message.<type>`. */
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

/**
 * The statuses of a delivery, weakest to strongest. A delivery only moves right, so late and repeated events change nothing; only
 * `requeued` moves it back.
 */
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
