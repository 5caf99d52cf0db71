/** The signing keys of the platform domain, and the records that receivers look for. */
import { dkimRecordOf, type ExpectedRecord } from '@waybill/relay/domains/domain-records';
import type { SenderDomainRecord } from '@waybill/relay/management/records';
import type { Database } from '../postgres/connection/database.ts';
import { senderDomains } from '../postgres/management/sender-domains.ts';
import type { SecretBox } from '../secrets/secret-box.ts';

/** The DNS records of the active keys of the platform domain. */
export const platformRecords = ({ domain, keys }: SenderDomainRecord): readonly ExpectedRecord[] =>
  keys.filter(({ state }) => state === 'active').map((key) => dkimRecordOf(domain, key));

/** `undefined`: this database has no keys for the platform domain. */
export async function findPlatformDomain(
  database: Database,
  box: SecretBox,
  domain: string,
): Promise<SenderDomainRecord | undefined> {
  const own = await senderDomains(database, box).list(undefined, { limit: 100 });
  return own.find((one) => one.domain === domain);
}
