import { formatAddress, parsePath } from '@waybill/mail/address';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';

type Rules = { readonly smtpUtf8: boolean; readonly malformed: RefusalCode };

/** The address of a path in one spelling: the local part as sent, the domain as A-labels. RFC 5321 §2.4, RFC 6531 §3.2. */
export function readPath(path: string, { smtpUtf8, malformed }: Rules): string {
  const address = parsePath(path);
  if (address === undefined) throw new Refusal(malformed);
  // RFC 6531 §3.4: a path with text beyond ASCII needs SMTPUTF8, in the domain too.
  if (!smtpUtf8 && /[^\0-\x7f]/.test(path)) throw new Refusal('smtputf8_required');
  return formatAddress(address);
}
