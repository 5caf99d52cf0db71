/** Refuses suppressed recipients and too many recipients. */
import { foldedAddress } from '@waybill/mail/address';
import type { Account, Suppression } from '../account.ts';
import { isBypassed } from '../delivery/suppression.ts';
import type { Gate, No, SizeFacts } from './stage.ts';

/** The refusal of one recipient at RCPT TO; `undefined`: it is accepted. */
export const recipientRefusal = (
  suppression: Suppression | undefined,
  { suppressedRecipients }: Pick<Account, 'suppressedRecipients'>,
): No | undefined =>
  suppression && suppressedRecipients === 'refuse'
    ? { code: 'recipient_suppressed', detail: `${suppression.address} (${suppression.reason})` }
    : undefined;

/**
 * Refuses too many recipients. `count` includes the present one. The client sends the rest in another transaction. RFC 5321
 * §4.5.3.1.10.
 */
export const recipientCountRefusal = (
  count: number,
  { maxRecipients }: Pick<SizeFacts, 'maxRecipients'>,
): No | undefined =>
  count > maxRecipients
    ? { code: 'too_many_recipients', detail: `at most ${maxRecipients} in one transaction` }
    : undefined;

/**
 * If the account was known at RCPT TO, each suppressed recipient was refused there. If only From named the account, this gate
 * refuses the message only when every recipient is suppressed, so that the other recipients get it.
 */
export const requireRecipientAllowed: Gate = ({ envelope, options }, { suppressed, account, size }) => {
  const { rcptTo } = envelope;
  const refusals = rcptTo.map((address) => {
    const suppression = suppressed.get(foldedAddress(address));
    return suppression && isBypassed(suppression, options)
      ? undefined
      : recipientRefusal(suppression, account);
  });
  return (
    recipientCountRefusal(rcptTo.length, size) ??
    (refusals.every((refusal) => refusal !== undefined) ? refusals[0] : undefined)
  );
};
