/** Suppressed recipients and how many there may be. */
import { foldedAddress } from '@waybill/mail/address';
import type { Account, Suppression } from '../account.ts';
import { isBypassed } from '../delivery/suppression.ts';
import type { Gate, No, SizeFacts } from './stage.ts';

/** What one recipient meets at RCPT TO. */
export const recipientRefusal = (
  suppression: Suppression | undefined,
  { suppressedRecipients }: Pick<Account, 'suppressedRecipients'>,
): No | undefined =>
  suppression && suppressedRecipients === 'refuse'
    ? { code: 'recipient_suppressed', detail: `${suppression.address} (${suppression.reason})` }
    : undefined;

/** `count` with the recipient that is asked for. RFC 5321 §4.5.3.1.10: the client sends the rest in another transaction. */
export const recipientCountRefusal = (
  count: number,
  { maxRecipients }: Pick<SizeFacts, 'maxRecipients'>,
): No | undefined =>
  count > maxRecipients
    ? { code: 'too_many_recipients', detail: `at most ${maxRecipients} in one transaction` }
    : undefined;

/**
 * Where the account was known at RCPT, suppressed recipients were refused one by one. Where only From told whose mail it is,
 * one such recipient must not cost the others their mail: only when every one is suppressed there is nobody left to refuse for.
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
