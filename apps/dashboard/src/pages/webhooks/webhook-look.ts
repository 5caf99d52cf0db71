/** Shape and colour of the statuses of webhooks and of their deliveries. */
import type { WebhookDeliveryView, WebhookView } from '../../api/views.ts';
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
