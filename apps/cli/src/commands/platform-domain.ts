import { randomBytes } from 'node:crypto';
import { findPlatformDomain, platformRecords } from '@waybill/io/doctor/platform-records';
import type { Database } from '@waybill/io/postgres/connection/database';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { makeDkimKeys } from '@waybill/io/secrets/new-dkim-keys';
import type { SecretBox } from '@waybill/io/secrets/secret-box';
import { selectorOf } from '@waybill/relay/domains/dkim-rotation';
import type { ExpectedRecord } from '@waybill/relay/domains/domain-records';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { makeId, publicId } from '@waybill/relay/id';
import { noteChange } from './note-change.ts';

type Wanted = {
  readonly domain: string;
  /** The actor in the audit log. */
  readonly command: string;
};

/**
 * Makes the platform domain with its signing keys, which sign mail of the product and mail of lenient accounts. The domain belongs to
 * the operator, so it counts as verified. Returns the records to publish when the keys are new, else `undefined`.
 */
export async function ensurePlatformDomain(
  database: Database,
  box: SecretBox,
  { domain, command }: Wanted,
): Promise<readonly ExpectedRecord[] | undefined> {
  if (await findPlatformDomain(database, box, domain)) return undefined;
  const domains = senderDomains(database, box);
  const createdAt = new Date();
  const newId = (): string => makeId(createdAt, randomBytes(10));
  const keys = (await makeDkimKeys()).map((key) => ({
    ...key,
    selector: selectorOf({ ...key, accountId: undefined, domain, round: 1 }),
    id: newId(),
    state: 'active' as const,
    createdAt,
  }));
  const made = await domains.create({ id: newId(), domain, createdAt, keys });
  await domains.saveChecks(undefined, made.id, uncheckedAs('verified', createdAt));
  const target = publicId('dom', made.id);
  const after = { id: target, domain, status: 'verified', selectors: keys.map(({ selector }) => selector) };
  await noteChange(database, { command, action: 'domain.created', target, after });
  return platformRecords(made);
}
