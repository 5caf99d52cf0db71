import { parseAddress } from '@waybill/mail/address';
import { faultAt } from '@waybill/relay/management/request-fault';

/** The address as it was given. Use-cases fold it. */
export function readEmail(text: string, pointer = '/email'): string {
  if (parseAddress(text) === undefined) throw faultAt(pointer, 'is not a mail address');
  return text;
}
