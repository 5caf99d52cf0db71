/** Which messages of an account a list shows, or an action applies to. Absent fields do not restrict. */
import type { DeliveryStatus } from '../events/event.ts';
import type { StoredMessage } from '../ports.ts';

/** What a delivery of the message must be, all of it at once. `none`: it is not known. */
export type TroubleFilter = Pick<MessageFilter, 'status' | 'domain'> & {
  readonly provider?: string;
  readonly category?: string;
  readonly code?: string;
};

export type MessageFilter = {
  readonly status?: DeliveryStatus | StoredMessage['state'];
  /** The address of the From header or of MAIL FROM. */
  readonly from?: string;
  readonly to?: string;
  /** The domain of a recipient. */
  readonly domain?: string;
  readonly tag?: string;
  readonly customId?: string;
  readonly credentialId?: string;
  readonly streamId?: string;
  /** Words of the subject, a Message-ID or a custom id. */
  readonly q?: string;
  readonly id?: string;
  readonly deliveryId?: string;
  readonly attemptId?: string;
  readonly eventId?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly trouble?: TroubleFilter;
  /** Sent with a test key or `sandbox: true`. */
  readonly onlyTests?: true;
};
