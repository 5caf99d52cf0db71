import { foldedAddress, parseAddress } from '@waybill/mail/address';
import { faultAt } from './request-fault.ts';

/** The address in a path, as suppressions and deliveries are looked for. */
export function pathAddress({ address }: { readonly address: string }): string {
  if (parseAddress(address) === undefined) throw faultAt('/address', 'is not a mail address');
  return foldedAddress(address);
}
