/** The settings that rules look at, as values: an account, its streams, what it suppressed and may still send. */
import type { ClickMode } from './tracking/click-mode.ts';

export type DeliveryMode = 'sandbox' | 'smarthost' | 'mx';

export const bareLineEndingRules = ['refuse', 'repair'] as const;
export type BareLineEndings = (typeof bareLineEndingRules)[number];

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly senderPolicy: 'strict' | 'lenient';
  /** What a suppressed recipient meets at RCPT TO: a refusal, or acceptance with a `suppressed` event. */
  readonly suppressedRecipients: 'refuse' | 'report';
  /** What SMTP does with a bare CR or LF in a message. */
  readonly bareLineEndings: BareLineEndings;
  /** Ceilings: stream and message may only restrict them. */
  readonly trackOpens: boolean;
  readonly trackClicks: ClickMode;
  readonly hideClientIp: boolean;
  /** `undefined`: as the installation. */
  readonly deliveryMode: DeliveryMode | undefined;
  readonly smarthostUrl: string | undefined;
  /** `undefined`: the installation's limit. */
  readonly maxMessageBytes: number | undefined;
  readonly maxRecipients: number | undefined;
  readonly limits: {
    readonly perSecond?: number;
    readonly perHour?: number;
    readonly perDay?: number;
    readonly perMonth?: number;
  };
};

export type Stream = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly trackOpens: boolean;
  readonly trackClicks: ClickMode;
  readonly listUnsubscribe: boolean;
  readonly expiryMinutes: number;
  readonly unknownPolicy: 'prefer_no_duplicate' | 'prefer_delivery';
};

export type Suppression = {
  readonly address: string;
  readonly reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual';
  /** `undefined`: the whole account. */
  readonly streamId: string | undefined;
  readonly createdAt: Date;
};

/** What the account may still send now, in recipients, and when to come back. */
export type QuotaLeft = {
  readonly recipients: number;
  readonly binding: 'second' | 'hour' | 'day' | 'month' | undefined;
  readonly retryAt: Date | undefined;
};
