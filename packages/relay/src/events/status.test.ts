import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeliveryStatus, deliveryStatuses, type EventType, eventTypes } from './event.ts';
import { statusAfter } from './status.ts';

const rows: readonly (readonly [DeliveryStatus, EventType, DeliveryStatus])[] = [
  ['scheduled', 'queued', 'queued'],
  ['scheduled', 'held', 'held'],
  ['scheduled', 'cancelled', 'cancelled'],
  ['scheduled', 'suppressed', 'suppressed'],
  ['scheduled', 'delivered', 'scheduled'],
  ['scheduled', 'bounced', 'scheduled'],
  ['scheduled', 'opened', 'scheduled'],
  ['queued', 'queued', 'queued'],
  ['queued', 'deferred', 'deferred'],
  ['queued', 'delivered', 'delivered'],
  ['queued', 'unknown', 'unknown'],
  ['queued', 'opened', 'queued'],
  ['deferred', 'queued', 'deferred'],
  ['deferred', 'clicked', 'deferred'],
  ['deferred', 'delivered', 'delivered'],
  ['deferred', 'failed', 'failed'],
  ['deferred', 'cancelled', 'cancelled'],
  ['unknown', 'deferred', 'unknown'],
  ['unknown', 'opened', 'delivered'],
  ['unknown', 'clicked', 'delivered'],
  ['unknown', 'unsubscribed', 'delivered'],
  ['unknown', 'bounced', 'bounced'],
  ['unknown', 'delivered', 'delivered'],
  ['delivered', 'deferred', 'delivered'],
  ['delivered', 'failed', 'delivered'],
  ['delivered', 'unknown', 'delivered'],
  ['delivered', 'suppressed', 'delivered'],
  ['delivered', 'cancelled', 'delivered'],
  ['delivered', 'bounced', 'bounced'],
  ['delivered', 'complained', 'complained'],
  ['suppressed', 'delivered', 'suppressed'],
  ['cancelled', 'delivered', 'cancelled'],
  ['failed', 'bounced', 'bounced'],
  ['held', 'requeued', 'queued'],
  ['unknown', 'requeued', 'queued'],
  ['failed', 'requeued', 'queued'],
  ['deferred', 'requeued', 'deferred'],
  ['delivered', 'requeued', 'delivered'],
  ['suppressed', 'requeued', 'suppressed'],
  ['cancelled', 'requeued', 'cancelled'],
  ['bounced', 'requeued', 'bounced'],
  ['complained', 'requeued', 'complained'],
  ['failed', 'delivered', 'failed'],
  ['bounced', 'delivered', 'bounced'],
  ['bounced', 'complained', 'complained'],
  ['complained', 'bounced', 'complained'],
];
for (const [status, event, after] of rows) {
  test(`${status} and ${event} is ${after}`, () => assert.equal(statusAfter(status, event), after));
}

test('no event but a request to try again moves a delivery back, and the same event twice changes nothing', () => {
  for (const status of deliveryStatuses) {
    for (const event of eventTypes) {
      const after = statusAfter(status, event);
      assert.ok(
        after === status ||
          event === 'requeued' ||
          deliveryStatuses.indexOf(after) > deliveryStatuses.indexOf(status),
        `${status} ${event}`,
      );
      assert.equal(statusAfter(after, event), after);
    }
  }
});

test('every status but the first can be reached', () => {
  const reached = new Set(
    deliveryStatuses.flatMap((status) => eventTypes.map((event) => statusAfter(status, event))),
  );
  assert.equal(reached.size, deliveryStatuses.length);
});
