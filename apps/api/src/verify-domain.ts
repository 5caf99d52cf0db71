/** Looks at DNS and moves the domain and its keys to where they belong. Run again it finds nothing left to do. */
import type { CheckedRecord } from '@waybill/relay/domain-records';
import { dkimName, domainStatusAfter } from '@waybill/relay/domain-records';
import { checkDomain } from './check-domain.ts';
import { type DomainRow, recordsOf } from './domain-view.ts';
import { found } from './request.ts';
import type { World } from './world.ts';

type Key = DomainRow['keys'][number];

const isSeen = (key: Key, domain: string, records: readonly CheckedRecord[]): boolean =>
  records.some(({ name, status }) => name === dkimName(key.selector, domain) && status === 'ok');

/**
 * A key signs once the world can see it, never before; the one it replaces retires in the same step. So a rotation is
 * publish → observe → switch → retire, and nothing is ever signed with a key nobody can find.
 */
async function switchKeys(row: DomainRow, records: readonly CheckedRecord[], world: World): Promise<void> {
  const { senderDomains } = world.stores;
  const at = world.now();
  const seen = row.keys.filter((key) => key.state === 'published' && isSeen(key, row.domain, records));
  for (const key of seen) {
    await senderDomains.setKeyState(row.accountId, key.id, { state: 'active', at });
    const replaced = row.keys.filter(
      ({ id, algorithm, state }) => id !== key.id && algorithm === key.algorithm && state === 'active',
    );
    for (const old of replaced)
      await senderDomains.setKeyState(row.accountId, old.id, { state: 'retired', at });
  }
}

/** During a rotation the key that signs now counts, not the one that is still to be published. */
const standing = (row: DomainRow, records: readonly CheckedRecord[]): readonly CheckedRecord[] => {
  const waiting = row.keys.filter(
    (key) =>
      key.state === 'published' &&
      row.keys.some(({ state, algorithm }) => state === 'active' && algorithm === key.algorithm),
  );
  const names = waiting.map(({ selector }) => dkimName(selector, row.domain));
  return records.filter(({ name }) => !names.includes(name));
};

export async function verifyDomain(row: DomainRow, world: World): Promise<DomainRow> {
  const { stores, installation, lookUp, now } = world;
  const checkedAt = now();
  const records = await checkDomain(lookUp, recordsOf(row, installation), {
    domain: row.domain,
    now: checkedAt,
  });
  const status = domainStatusAfter(row.status, standing(row, records));
  // First the status: when the domain is somebody else's, this is where it is said, and no key begins to sign.
  await stores.senderDomains.saveChecks(row.accountId, row.id, { status, checks: records, at: checkedAt });
  if (status === 'verified') await switchKeys(row, records, world);
  return found(await stores.senderDomains.one(row.accountId, row.id));
}
