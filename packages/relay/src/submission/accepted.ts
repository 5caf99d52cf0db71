/** The result of acceptance: the ids, and the recipients. */
import { foldedAddress } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import type { Account, Stream } from '../account.ts';
import { isStopped } from '../delivery/suppression.ts';
import { deliveryIdOf } from '../id.ts';
import type { LimitState } from '../limits/sending-limits.ts';
import type { Note, SubmissionOptions } from '../message.ts';
import type { GateFacts } from '../pipeline/stage.ts';
import type { SubmissionRights } from '../ports.ts';
import type { Resolution } from '../resolve-account.ts';

/** The result of an accepted submission. */
export type Accepted = {
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  /** In the order of `recipients`, where duplicates are merged. */
  readonly deliveryIds: readonly string[];
  readonly recipients: readonly string[];
  /** The members of `recipients` that were suppressed at acceptance. */
  readonly suppressed: ReadonlySet<string>;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
  readonly sandbox: boolean;
  /** The idempotency key was used before for the same content: the ids are those of the first message, and nothing was stored. */
  readonly isRepeat: boolean;
  /** The earliest send time; `undefined`: at once. */
  readonly sendAt: Date | undefined;
  /** The sending limits that this submission used, as they stand after it; empty: none, or a repeat. */
  readonly limits: readonly LimitState[];
};

type Owned = {
  readonly account: Account;
  readonly credential: SubmissionRights | undefined;
  readonly stream: Stream | undefined;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
};

type Decided = Pick<Owned, 'account' | 'credential' | 'options'>;

/** Whether the message goes to the sandbox, by its account, its credential or its options. */
export const isSandbox = ({ account, credential, options }: Decided): boolean =>
  account.deliveryMode === 'sandbox' || credential?.sandbox === true || options.sandbox === true;

/** The result for the client. */
export function answerOf(
  owned: Owned & Pick<Accepted, 'sendAt'>,
  { messageId, isRepeat }: Pick<Accepted, 'messageId' | 'isRepeat'>,
  suppressed: GateFacts['suppressed'],
): Accepted {
  const { rcptTo } = owned.envelope;
  const isSuppressed = (address: string): boolean =>
    isStopped(suppressed.get(foldedAddress(address)), owned.options);
  return {
    messageId,
    accountId: owned.account.id,
    streamId: owned.stream?.id,
    deliveryIds: rcptTo.map((_, index) => deliveryIdOf(messageId, index)),
    recipients: rcptTo,
    suppressed: new Set(rcptTo.filter(isSuppressed)),
    resolution: owned.resolution,
    notes: owned.notes,
    sandbox: isSandbox(owned),
    isRepeat,
    sendAt: owned.sendAt,
    limits: [],
  };
}
