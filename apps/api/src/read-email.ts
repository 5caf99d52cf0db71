import { parseAddress } from '@waybill/mail/address';
import { faultAt } from '@waybill/relay/management/request-fault';

/** The address as it was given. Use-cases fold it. */
export function readEmail(text: string): string {
  if (parseAddress(text) === undefined) throw faultAt('/email', 'is not a mail address');
  return text;
}
