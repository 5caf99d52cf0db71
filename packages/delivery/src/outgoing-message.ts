/** A claimed delivery as what goes over the wire. */
import { isAscii } from 'node:buffer';
import { normalAddress, parseAddress } from '@waybill/mail/address';
import { decodePatch, piecesOf } from '@waybill/mail/patch';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { dataBytes } from '@waybill/smtp-client/data-bytes';
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import type { OutgoingMessage } from '@waybill/smtp-client/transaction';

const endOfHeader = Buffer.from('\r\n\r\n');

function headerIsAscii(pieces: readonly Buffer[]): boolean {
  const whole = Buffer.concat(pieces);
  const end = whole.indexOf(endOfHeader);
  return isAscii(end === -1 ? whole : whole.subarray(0, end));
}

const onlyAscii = (text: string): boolean => isAscii(Buffer.from(text));

/** Declared as internationalised, and it is: SMTPUTF8 must go all the way. RFC 6531 §3.4. */
const needsUtf8 = ({ envelope, recipient, returnPath }: Addressed, pieces: readonly Buffer[]): boolean =>
  !onlyAscii(recipient) || !onlyAscii(returnPath) || (envelope.smtpUtf8 && !headerIsAscii(pieces));

type Addressed = Pick<ClaimedDelivery, 'envelope' | 'recipient' | 'returnPath'>;

/** The bytes of the stored message with the patch of this delivery, and its envelope; or the outcome when they cannot be sent. */
export function outgoingMessageOf(
  delivery: Addressed & Pick<ClaimedDelivery, 'source' | 'patch'>,
): OutgoingMessage | { readonly outcome: SmtpOutcome } {
  const failed = (status: string, text: string) =>
    ({ outcome: { kind: 'unable', outcome: 'failed', status, text } }) as const;
  const recipient = normalAddress(delivery.recipient);
  const returnPath = normalAddress(delivery.returnPath);
  if (!parseAddress(recipient)) return failed('5.1.3', 'the recipient is no mail address');
  if (returnPath !== '' && !parseAddress(returnPath))
    return failed('5.1.7', 'the return path is no mail address');
  const pieces = piecesOf(delivery.source, decodePatch(delivery.patch));
  const data = dataBytes(pieces);
  // SMTP smuggling: the ingress refuses these, so here it would be an internal error. It stays visible and does not leave.
  if (data.bareLineBreak)
    return failed('5.6.0', 'the message has a CR or LF that stands alone (RFC 5321 §2.3.8)');
  return { returnPath, recipient, utf8: needsUtf8({ ...delivery, recipient, returnPath }, pieces), data };
}
