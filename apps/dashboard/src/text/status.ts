/** The words of statuses. */
import type { MessageSummaryView } from '../api/views.ts';

export type MessageStatus = MessageSummaryView['status'];

export const statusText: Readonly<Record<MessageStatus, string>> = {
  accepted: 'Accepted',
  processed: 'Processed',
  discarded: 'Discarded',
  scheduled: 'Scheduled',
  queued: 'Queued',
  deferred: 'Deferred',
  held: 'Held',
  unknown: 'Unknown',
  delivered: 'Delivered',
  suppressed: 'Suppressed',
  cancelled: 'Cancelled',
  failed: 'Failed',
  bounced: 'Bounced',
  complained: 'Complained',
};

/** In the order of a filter: what needs attention first. */
export const statusOrder: readonly MessageStatus[] = [
  'bounced',
  'failed',
  'complained',
  'deferred',
  'held',
  'unknown',
  'suppressed',
  'queued',
  'scheduled',
  'accepted',
  'delivered',
  'cancelled',
];
