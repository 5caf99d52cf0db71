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

/** Events of an account that concern no message, by their public names. */
export const accountEventTypes = [
  'domain.verified',
  'domain.degraded',
  'suppression.created',
  'suppression.deleted',
  'credential.locked',
  'credential.new_network',
  'account.limit_warning',
  'account.suspended',
  'account.resumed',
  'account.deletion_requested',
  'account.deletion_near',
  'account.deletion_undone',
  'webhook.failing',
  'webhook.disabled',
  'user.new_login',
] as const;
export type AccountEventType = (typeof accountEventTypes)[number];

export type AnyEventType = EventType | AccountEventType;

const ofAccounts: ReadonlySet<string> = new Set(accountEventTypes);
const isAccountEvent = (type: AnyEventType): type is AccountEventType => ofAccounts.has(type);

/** `delivered` → `message.delivered`. */
export const publicEventType = (type: AnyEventType): `message.${EventType}` | AccountEventType =>
  isAccountEvent(type) ? type : `message.${type}`;

/** The names that the API shows. */
export const publicEventTypes = [
  ...eventTypes.map((type) => `message.${type}` as const),
  ...accountEventTypes,
];

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
