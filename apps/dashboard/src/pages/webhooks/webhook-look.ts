/** Shape and colour of the statuses of webhooks and of their deliveries, and how many requests succeed. */
import type { WebhookDeliveryView, WebhookView } from '../../api/views.ts';
import { rate } from '../../text/number.ts';
import { webhooksText as text } from '../../text/webhooks.ts';
import type { Look } from '../../ui/status-mark.tsx';

export const webhookLook: Readonly<Record<WebhookView['status'], Look>> = {
  active: { tone: 'good', icon: 'done' },
  paused: { tone: 'busy', icon: 'pause' },
  disabled: { tone: 'bad', icon: 'cross' },
};

export const deliveryLook: Readonly<Record<WebhookDeliveryView['status'], Look>> = {
  waiting: { tone: 'busy', icon: 'clock' },
  delivered: { tone: 'good', icon: 'done' },
  failed: { tone: 'bad', icon: 'cross' },
};

/** `99.2%` of the requests of the last seven days, or `4 of 37` when there are few. */
export function successOf({ recent_requests: { succeeded, failed } }: WebhookView): string {
  const all = succeeded + failed;
  return all === 0 ? text.noRequests : rate(succeeded, all);
}
