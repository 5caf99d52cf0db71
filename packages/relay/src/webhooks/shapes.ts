/** The bodies that an endpoint may ask for, by name. */
import type { EventView } from '../events/event-view.ts';

type Shape = (event: EventView) => object;

/** Standard Webhooks 1.0, "Payload structure". `data` is the event as `GET /v1/events` shows it. */
const waybill: Shape = (event) => ({ type: event.type, timestamp: event.occurred_at, data: event });

export const webhookShapes = { waybill } as const satisfies Readonly<Record<string, Shape>>;
export type WebhookShape = keyof typeof webhookShapes;

export const bodyOf = (shape: WebhookShape, event: EventView): string =>
  JSON.stringify(webhookShapes[shape](event));
