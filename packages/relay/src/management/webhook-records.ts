/** The rows of webhooks and of their deliveries, and what use-cases need of their stores. */
import type { WebhookShape } from '../webhooks/shapes.ts';

export type WebhookRecord = {
  readonly id: string;
  readonly accountId: string;
  readonly url: string;
  readonly description: string;
  /** Public event types, or `*`. */
  readonly events: readonly string[];
  readonly shape: WebhookShape;
  readonly status: 'active' | 'paused' | 'disabled';
  /** Why it is disabled. */
  readonly statusReason: string | undefined;
  readonly createdAt: Date;
  /** When the secret before the last rotation ends. */
  readonly previousSecretExpiresAt: Date | undefined;
  readonly failingSince: Date | undefined;
  readonly lastSuccessAt: Date | undefined;
  readonly lastFailureAt: Date | undefined;
  /** Requests of today and of the six days before, in UTC. */
  readonly recentSucceeded: number;
  readonly recentFailed: number;
  /** Since when the oldest delivery is due. */
  readonly oldestDueAt: Date | undefined;
};

export type WebhookSettings = Partial<Pick<WebhookRecord, 'url' | 'description' | 'events' | 'shape'>>;

/** The text is encrypted at rest. */
export type NewWebhookSecret = { readonly id: string; readonly text: string; readonly createdAt: Date };

export type NewWebhook = Pick<
  WebhookRecord,
  'id' | 'url' | 'description' | 'events' | 'shape' | 'createdAt'
> & {
  readonly secret: NewWebhookSecret;
  /** Events from this time on are sent too. */
  readonly backfillSince: Date | undefined;
};

export type WebhookAttempt = {
  /** From 1, over all times that the delivery was queued. */
  readonly number: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly url: string;
  /** Absent: no answer came. */
  readonly statusCode?: number;
  /** Absent: it was delivered. */
  readonly error?: string;
  /** The beginning of the answer. */
  readonly answer: string;
};

export type WebhookDeliveryRecord = {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly messageId: string | undefined;
  readonly status: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAttemptAt: Date | undefined;
  readonly occurredAt: Date;
  readonly endedAt: Date | undefined;
  /** The request body. */
  readonly body: string;
  /** The last attempts, oldest first. */
  readonly history: readonly WebhookAttempt[];
};

/** An event that only this webhook gets. */
export type NewTestDelivery = Pick<
  WebhookDeliveryRecord,
  'id' | 'eventId' | 'eventType' | 'occurredAt' | 'body'
>;

export type ReplayRange = {
  readonly since: Date;
  readonly until: Date | undefined;
  /** Also deliveries that succeeded. */
  readonly withDelivered: boolean;
  readonly now: Date;
};

export type WebhookStore = {
  /** `undefined`: the account has `most` already. */
  create(accountId: string, webhook: NewWebhook, most: number): Promise<WebhookRecord | undefined>;
  one(accountId: string, id: string): Promise<WebhookRecord | undefined>;
  change(accountId: string, id: string, settings: WebhookSettings): Promise<WebhookRecord | undefined>;
  /** Nothing is sent until it is resumed; events are still recorded. */
  pause(accountId: string, id: string): Promise<WebhookRecord | undefined>;
  /** What waits is sent, and past failures are forgotten. */
  resume(accountId: string, id: string, now: Date): Promise<WebhookRecord | undefined>;
  /** The secrets of before end at `graceUntil`. */
  rotate(
    accountId: string,
    id: string,
    to: { readonly secret: NewWebhookSecret; readonly graceUntil: Date },
  ): Promise<WebhookRecord | undefined>;
  /** Its secrets are deleted, and what waits is given up. */
  remove(accountId: string, id: string, now: Date): Promise<boolean>;
};

export type WebhookDeliveryStore = {
  /** Sent before everything else that waits. */
  addTest(accountId: string, webhookId: string, delivery: NewTestDelivery): Promise<void>;
  one(accountId: string, id: string): Promise<WebhookDeliveryRecord | undefined>;
  /** Queues deliveries once more, with all attempts of the schedule. */
  replayOne(accountId: string, id: string, now: Date): Promise<void>;
  /** Returns the number of deliveries; events of the range without a delivery follow as a back-fill. */
  replayRange(accountId: string, webhookId: string, range: ReplayRange): Promise<number>;
};
