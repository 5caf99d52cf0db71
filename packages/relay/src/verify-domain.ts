/**
 * Looks at DNS and moves a domain and its keys to where they belong, when somebody asks and once a day. Run again it finds
 * nothing left to do.
 */
import {
  type CheckedRecord,
  type DomainStatus,
  dkimName,
  domainStatusAfter,
  doubledName,
  type ExpectedRecord,
  expectedRecords,
  type Found,
  type Installation,
  judgeRecord,
  type PublishedKey,
} from './domain-records.ts';

/** `none` is an authoritative no; `temporary` is no answer at all. */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'none' | 'temporary' };

/** The question alone: tests answer it from a table. */
export type LookUp = {
  txt(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<{ readonly preference: number; readonly exchange: string }>>;
};

export type SenderKey = PublishedKey & {
  readonly id: string;
  readonly state: 'published' | 'active' | 'retired';
};

export type SenderDomain = {
  readonly id: string;
  /** `undefined`: the installation's own. */
  readonly accountId: string | undefined;
  readonly domain: string;
  readonly status: DomainStatus;
  readonly keys: readonly SenderKey[];
};

export type DomainStore<Row extends SenderDomain> = {
  saveChecks(
    accountId: string | undefined,
    id: string,
    checked: { readonly checks: readonly CheckedRecord[]; readonly status: DomainStatus; readonly at: Date },
  ): Promise<unknown>;
  setKeyState(
    accountId: string | undefined,
    keyId: string,
    to: { readonly state: SenderKey['state']; readonly at: Date },
  ): Promise<unknown>;
  one(accountId: string | undefined, id: string): Promise<Row | undefined>;
};

export type VerifyPorts<Row extends SenderDomain> = {
  readonly senderDomains: DomainStore<Row>;
  readonly lookUp: LookUp;
  readonly installation: Installation;
  readonly now: () => Date;
};

/** Retired keys are not asked for any more; published ones wait to be seen in DNS. */
export const recordsOf = (row: SenderDomain, installation: Installation): readonly ExpectedRecord[] =>
  expectedRecords(
    row.domain,
    row.keys.filter(({ state }) => state !== 'retired'),
    installation,
  );

function foundIn<T>(answer: DnsAnswer<T>, written: (record: T) => string): Found {
  if (answer.kind === 'temporary') return undefined;
  return answer.kind === 'found' ? answer.records.map(written) : [];
}

async function ask(lookUp: LookUp, name: string, type: ExpectedRecord['type']): Promise<Found> {
  if (type === 'TXT') return foundIn(await lookUp.txt(name), (text) => text);
  return foundIn(await lookUp.mx(name), ({ preference, exchange }) => `${preference} ${exchange}`);
}

async function checkRecord(
  lookUp: LookUp,
  record: ExpectedRecord,
  { domain, checkedAt }: { readonly domain: string; readonly checkedAt: Date },
): Promise<CheckedRecord> {
  const found = await ask(lookUp, record.name, record.type);
  const isMissing = found !== undefined && found.length === 0;
  const elsewhere = isMissing ? await ask(lookUp, doubledName(record.name, domain), record.type) : undefined;
  return judgeRecord(record, { found, checkedAt, ...(elsewhere && { elsewhere }) });
}

const isSeen = (key: SenderKey, domain: string, records: readonly CheckedRecord[]): boolean =>
  records.some(({ name, status }) => name === dkimName(key.selector, domain) && status === 'ok');

/**
 * A key signs once the world can see it, never before; the one it replaces retires in the same step. So a rotation is
 * publish → observe → switch → retire, and nothing is ever signed with a key nobody can find.
 */
async function switchKeys<Row extends SenderDomain>(
  row: Row,
  records: readonly CheckedRecord[],
  { senderDomains, now }: VerifyPorts<Row>,
): Promise<void> {
  const at = now();
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
const standing = (row: SenderDomain, records: readonly CheckedRecord[]): readonly CheckedRecord[] => {
  const waiting = row.keys.filter(
    (key) =>
      key.state === 'published' &&
      row.keys.some(({ state, algorithm }) => state === 'active' && algorithm === key.algorithm),
  );
  const names = waiting.map(({ selector }) => dkimName(selector, row.domain));
  return records.filter(({ name }) => !names.includes(name));
};

/** The domain as it stands afterwards; `undefined` when it is gone meanwhile. */
export async function verifyDomain<Row extends SenderDomain>(
  row: Row,
  ports: VerifyPorts<Row>,
): Promise<Row | undefined> {
  const { senderDomains, lookUp, installation, now } = ports;
  const checkedAt = now();
  const records = await Promise.all(
    recordsOf(row, installation).map((record) =>
      checkRecord(lookUp, record, { domain: row.domain, checkedAt }),
    ),
  );
  const status = domainStatusAfter(row.status, standing(row, records));
  // First the status: when the domain is somebody else's, this is where it is said, and no key begins to sign.
  await senderDomains.saveChecks(row.accountId, row.id, { status, checks: records, at: checkedAt });
  if (status === 'verified') await switchKeys(row, records, ports);
  return senderDomains.one(row.accountId, row.id);
}
