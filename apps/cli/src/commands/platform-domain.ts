import { randomBytes } from 'node:crypto';
import type { Database } from '@waybill/io/postgres/database';
import { senderDomains } from '@waybill/io/postgres/sender-domains';
import { makeDkimKeys } from '@waybill/io/secrets/new-dkim-keys';
import type { SecretBox } from '@waybill/io/secrets/secret-box';
import { makeId } from '@waybill/relay/id';

/**
 * The installation's own domain with its signing keys, which sign for lenient accounts. It is the operator's by
 * definition, so it counts as verified; that its keys stand in DNS is the operator's to see to.
 */
export async function ensurePlatformDomain(
  database: Database,
  box: SecretBox,
  domain: string,
): Promise<void> {
  const domains = senderDomains(database, box);
  const own = await domains.list(undefined, { limit: 100 });
  if (own.some((one) => one.domain === domain)) return;
  const createdAt = new Date();
  const newId = (): string => makeId(createdAt, randomBytes(10));
  const keys = (await makeDkimKeys({ accountId: undefined, domain, round: 1 })).map((key) => ({
    ...key,
    id: newId(),
    state: 'active' as const,
    createdAt,
  }));
  const { id } = await domains.create({ id: newId(), domain, createdAt, keys });
  await domains.saveChecks(undefined, id, { checks: [], status: 'verified', at: createdAt });
}
