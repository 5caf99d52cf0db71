import type { FromAddressView } from '@waybill/contract/from-address';
import { domainOf } from '@waybill/mail/address';
import type { DomainHolder } from '@waybill/relay/domains/sender-standing';
import { standingOf } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import type { FromAddressRecord } from '@waybill/relay/management/records';

const proofOf = {
  unconfirmed: null,
  confirmed: 'mailbox',
  vouched: 'operator',
} as const;

/** The address with its present status: a domain may have been verified or lost since the registration. */
export function fromAddressView(
  row: FromAddressRecord,
  accountId: string,
  holder: DomainHolder | undefined,
): FromAddressView {
  const domain = domainOf(row.address) ?? '';
  const standing = standingOf({ accountId, domain, holder, isProved: row.status !== 'unconfirmed' });
  const isOfDomain = standing === 'domain';
  return {
    id: publicId('from', row.id),
    address: row.address,
    status: isOfDomain && row.status === 'unconfirmed' ? 'confirmed' : row.status,
    proof: isOfDomain ? 'domain' : standing === 'foreign' ? null : proofOf[row.status],
    created_at: row.createdAt.toISOString(),
  };
}
