/**
 * Refuses senders that the account may not use. Strict: only what it verified. Lenient: also domains that neither another account
 * nor the platform holds. ARCHITECTURE §5.
 */
import { domainOf, normalAddress } from '@waybill/mail/address';
import type { Account } from '../account.ts';
import type { Gate, No, SenderFacts } from './stage.ts';

type Policy = Pick<Account, 'senderPolicy'>;

const unproved = (domain: string): No => ({
  code: 'sender_not_verified',
  detail: `${domain} is not verified for this account`,
});

/** The refusal for a domain of another account. It names only the domain of the submitted address. */
export const notAllowed = (domain: string): No => ({
  code: 'sender_not_allowed',
  detail: `${domain} belongs to the platform or to another account`,
});

/** Whether an account may send as an address: tested for the envelope sender at MAIL and for From after DATA. */
export function senderRefusal(
  address: string,
  senders: SenderFacts,
  { senderPolicy }: Policy,
): No | undefined {
  const domain = domainOf(address);
  if (domain === undefined) return { code: 'sender_malformed' };
  const { credentialDomains } = senders;
  if (credentialDomains.length > 0 && !credentialDomains.includes(domain)) {
    return { code: 'sender_not_verified', detail: `this credential may not send as ${domain}` };
  }
  if (senders.foreignDomains.has(domain)) return notAllowed(domain);
  if (senders.addresses.has(normalAddress(address)) || senders.domains.has(domain)) return undefined;
  return senderPolicy === 'lenient' ? undefined : unproved(domain);
}

export const requireSenderAuthorized: Gate = ({ from, envelope }, { senders, account }) => {
  if (from.fault !== undefined) return { code: 'from_header_malformed', detail: from.fault };
  const { mailFrom } = envelope;
  const refused = senderRefusal(from.address, senders, account);
  // The null reverse-path belongs to no account. A message with it may be a report. RFC 5321 §4.5.5.
  return refused ?? (mailFrom === undefined ? undefined : senderRefusal(mailFrom, senders, account));
};
