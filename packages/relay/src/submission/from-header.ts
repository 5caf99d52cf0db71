/** Reads the author of a message. Several From fields, or a From with several or ambiguous addresses, are a fault. RFC 5322 §3.6.2. */
import { formatAddress } from '@waybill/mail/address';
import { parseLoneMailbox, unquotedFault } from '@waybill/mail/addresses/lone-mailbox';
import { type Mailbox, parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { fieldsNamed, fieldValue, type HeaderField } from '@waybill/mail/headers';

/** The From address in normal form and its domain, or the fault. */
export type FromHeader =
  | { readonly address: string; readonly domain: string; readonly fault: undefined }
  | { readonly address: undefined; readonly domain: undefined; readonly fault: string };

const faulty = (fault: string): FromHeader => ({ address: undefined, domain: undefined, fault });

// Enough for one address and its name. The limit avoids parsing a long list that would be refused.
const MAX_BYTES = 16_384;

function mailboxesOf(value: string): readonly Mailbox[] | undefined {
  const mailboxes = parseMailboxes(value);
  if (mailboxes !== undefined) return mailboxes;
  const lone = parseLoneMailbox(value);
  return lone && [lone];
}

/**
 * Reads From once per message. RFC 5322 §3.6.2 allows several authors; Waybill accepts one, because it must know the sender.
 */
export function readFrom(fields: readonly HeaderField[]): FromHeader {
  const [field, ...others] = fieldsNamed(fields, 'From');
  if (!field) return faulty('The message has no From field.');
  if (others.length > 0) return faulty(`The message has ${others.length + 1} From fields.`);
  if (field.raw.length > MAX_BYTES) return faulty(`The From field has ${field.raw.length} bytes.`);
  const value = fieldValue(field);
  const mailboxes = mailboxesOf(value);
  const [mailbox] = mailboxes ?? [];
  if (!mailbox)
    return faulty(
      unquotedFault(value) ?? 'The From field holds no address that can be read in one way only.',
    );
  if (mailboxes?.length !== 1) return faulty(`The From field holds ${mailboxes?.length} addresses.`);
  return { address: formatAddress(mailbox.address), domain: mailbox.address.domain, fault: undefined };
}
