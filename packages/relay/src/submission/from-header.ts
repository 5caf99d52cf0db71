/** Who the message says it is from. One From, one mailbox, one reading: anything else is nobody. RFC 5322 §3.6.2. */
import { formatAddress } from '@waybill/mail/address';
import { parseLoneMailbox, unquotedFault } from '@waybill/mail/addresses/lone-mailbox';
import { type Mailbox, parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { fieldsNamed, fieldValue, type HeaderField } from '@waybill/mail/headers';
import { keptOn } from '@waybill/mail/kept-on';

export type FromHeader =
  | { readonly address: string; readonly domain: string; readonly fault: undefined }
  | { readonly address: undefined; readonly domain: undefined; readonly fault: string };

const nobody = (fault: string): FromHeader => ({ address: undefined, domain: undefined, fault });

// For one address and the name before it. A list of thousands would be read to its end only to be refused.
const MAX_BYTES = 16_384;

function mailboxesOf(value: string): readonly Mailbox[] | undefined {
  const mailboxes = parseMailboxes(value);
  if (mailboxes !== undefined) return mailboxes;
  const lone = parseLoneMailbox(value);
  return lone && [lone];
}

/** RFC 5322 allows several authors; a relay that must know whose mail it is does not. */
function parseFrom(fields: readonly HeaderField[]): FromHeader {
  const [field, ...others] = fieldsNamed(fields, 'From');
  if (!field) return nobody('The message has no From field.');
  if (others.length > 0) return nobody(`The message has ${others.length + 1} From fields.`);
  if (field.raw.length > MAX_BYTES) return nobody(`The From field has ${field.raw.length} bytes.`);
  const value = fieldValue(field);
  const mailboxes = mailboxesOf(value);
  const [mailbox] = mailboxes ?? [];
  if (!mailbox)
    return nobody(
      unquotedFault(value) ?? 'The From field holds no address that can be read in one way only.',
    );
  if (mailboxes?.length !== 1) return nobody(`The From field holds ${mailboxes?.length} addresses.`);
  return { address: formatAddress(mailbox.address), domain: mailbox.address.domain, fault: undefined };
}

const known = keptOn<readonly HeaderField[], FromHeader>();

/** Read once for each header: whoever decides about a message asks, and must hear the same. */
export function readFrom(fields: readonly HeaderField[]): FromHeader {
  const before = known.get(fields);
  if (before) return before;
  const from = parseFrom(fields);
  known.set(fields, from);
  return from;
}
