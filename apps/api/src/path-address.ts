import { foldedAddress, parseAddress } from '@waybill/mail/address';
import { faultAt } from '@waybill/relay/management/request-fault';

/** The address in a path, in the normal form by which suppressions and deliveries are found. */
export function pathAddress({ address }: { readonly address: string }): string {
  if (parseAddress(address) === undefined) throw faultAt('/address', 'is not a mail address');
  return foldedAddress(address);
}
