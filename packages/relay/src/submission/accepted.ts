/** What the door answers for a message that it took: the ids, and who will get it. */
import { foldedAddress } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import type { Account, Stream } from '../account.ts';
import { isStopped } from '../delivery/suppression.ts';
import { deliveryIdOf } from '../id.ts';
import type { Note, SubmissionOptions } from '../message.ts';
import type { GateFacts } from '../pipeline/stage.ts';
import type { Credential } from '../ports.ts';
import type { Resolution } from '../resolve-account.ts';

export type Accepted = {
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  /** In the order of `recipients`, whose duplicates were merged. */
  readonly deliveryIds: readonly string[];
  readonly recipients: readonly string[];
  /** Those among `recipients` that get nothing, as the suppression list stood at the door. */
  readonly suppressed: ReadonlySet<string>;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
  readonly sandbox: boolean;
  /** Its idempotency key had been used for the same content: this is the first message, and nothing was kept now. */
  readonly isRepeat: boolean;
  /** Not before this time; `undefined`: at once. */
  readonly sendAt: Date | undefined;
};

type Owned = {
  readonly account: Account;
  readonly credential: Credential | undefined;
  readonly stream: Stream | undefined;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
};

type Decided = Pick<Owned, 'account' | 'credential' | 'options'>;

export const isSandbox = ({ account, credential, options }: Decided): boolean =>
  account.deliveryMode === 'sandbox' || credential?.sandbox === true || options.sandbox === true;

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
  };
}
