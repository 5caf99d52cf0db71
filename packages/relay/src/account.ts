/** An account, its streams, its suppressions and its remaining quota, as values for the rules. */
import type { ClickMode } from './tracking/click-mode.ts';

export type DeliveryMode = 'sandbox' | 'smarthost' | 'mx';

export const bareLineEndingRules = ['refuse', 'repair'] as const;
export type BareLineEndings = (typeof bareLineEndingRules)[number];

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly senderPolicy: 'strict' | 'lenient';
  /** The reply to RCPT TO of a suppressed recipient: a refusal, or acceptance with a `suppressed` event. */
  readonly suppressedRecipients: 'refuse' | 'report';
  /** How SMTP treats a bare CR or LF in a message. */
  readonly bareLineEndings: BareLineEndings;
  /** The most that the account allows: a stream and a message may only restrict it. */
  readonly trackOpens: boolean;
  readonly trackClicks: ClickMode;
  readonly hideClientIp: boolean;
  /** `undefined`: the mode of the installation. */
  readonly deliveryMode: DeliveryMode | undefined;
  readonly smarthostUrl: string | undefined;
  /** `undefined`: the limit of the installation. */
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

/** The number of recipients that the account may still send to now, and the time when the limit resets. */
export type QuotaLeft = {
  readonly recipients: number;
  readonly binding: 'second' | 'hour' | 'day' | 'month' | undefined;
  readonly retryAt: Date | undefined;
};
