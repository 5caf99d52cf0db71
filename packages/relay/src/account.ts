/** An account, its streams, its suppressions and its remaining quota, as values for the rules. */
import type { LimitState, OwnLimits, SendingLimits } from './limits/sending-limits.ts';
import type { ClickMode } from './tracking/click-mode.ts';

/** Where mail is sent: into the sandbox, to a smart host, or to the MX hosts of the recipient. */
export type DeliveryMode = 'sandbox' | 'smarthost' | 'mx';

/** How SMTP treats a bare CR or LF: refuse the message, or repair the line end. */
export const bareLineEndingRules = ['refuse', 'repair'] as const;
export type BareLineEndings = (typeof bareLineEndingRules)[number];

export type AccountStatus = 'active' | 'suspended' | 'deleting';

/** The settings of an account that rules read. Limits count recipients, sizes are in bytes. */
export type Account = {
  readonly id: string;
  readonly name: string;
  /** `deleting`: it can still be undone. */
  readonly status: AccountStatus;
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
  readonly limits: SendingLimits;
};

/** The settings of a stream, mail of one kind of an account. */
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
  /** Absent: none of its own. */
  readonly limits?: OwnLimits;
};

/** A recipient that an account, or one of its streams, does not send to. */
export type Suppression = {
  readonly address: string;
  readonly reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual';
  /** `undefined`: the whole account. */
  readonly streamId: string | undefined;
  readonly createdAt: Date;
};

/** The number of recipients that may still be sent to now, and the time when the limit resets. */
export type QuotaLeft = {
  readonly recipients: number;
  /** The limit that allows the least. */
  readonly binding: Pick<LimitState, 'scope' | 'name' | 'limit'> | undefined;
  readonly retryAt: Date | undefined;
};
