/**
 * Looks the records of a domain up in DNS and updates the status of the domain and of its keys. Runs on request and once a day.
 * A second run changes nothing.
 */
import { isPublished, publishedUntil } from './dkim-rotation.ts';
import {
  type CheckedRecord,
  compareRecord,
  type DomainStatus,
  dkimName,
  domainStatusAfter,
  doubledName,
  type ExpectedRecord,
  expectedRecords,
  type Found,
  type Installation,
  type PublishedKey,
  returnPathStatusAfter,
} from './domain-records.ts';

/** The answer of DNS. `none`: the name has no such record, by an authoritative answer. `temporary`: no answer. */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'none' | 'temporary' };

/** The look-ups that verification needs. */
export type LookUp = {
  txt(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<{ readonly preference: number; readonly exchange: string }>>;
};

/** A DKIM key of a sender domain. `published`: its record is not seen in DNS yet. */
export type SenderKey = Omit<PublishedKey, 'wantedUntil'> & {
  readonly id: string;
  readonly state: 'published' | 'active' | 'retired';
  readonly retiredAt: Date | undefined;
};

/** A sender domain with its keys and the status of its records. */
export type SenderDomain = {
  readonly id: string;
  /** `undefined`: a domain of the installation. */
  readonly accountId: string | undefined;
  readonly domain: string;
  readonly status: DomainStatus;
  /** The status of its own return path. */
  readonly returnPathStatus: DomainStatus;
  readonly keys: readonly SenderKey[];
};

/** Key ids that start and stop signing at a time. */
export type KeySwitch = {
  readonly activate: readonly string[];
  readonly retire: readonly string[];
  readonly at: Date;
};

/** The store of sender domains. */
export type DomainStore<Row extends SenderDomain> = {
  saveChecks(
    accountId: string | undefined,
    id: string,
    checked: {
      readonly checks: readonly CheckedRecord[];
      readonly status: DomainStatus;
      readonly returnPathStatus: DomainStatus;
      readonly at: Date;
    },
  ): Promise<unknown>;
  /** Starts signing with some keys and stops signing with others, in one transaction. Idempotent. */
  switchKeys(accountId: string | undefined, id: string, to: KeySwitch): Promise<unknown>;
  one(accountId: string | undefined, id: string): Promise<Row | undefined>;
};

/** The ports of verification. */
export type VerifyPorts<Row extends SenderDomain> = {
  readonly senderDomains: DomainStore<Row>;
  readonly lookUp: LookUp;
  readonly installation: Installation;
  readonly now: () => Date;
};

/** The records of a domain: for keys that wait for DNS, active keys, and retired keys whose signed mail may still arrive. */
export const recordsOf = (
  row: SenderDomain,
  installation: Installation,
  now: Date,
): readonly ExpectedRecord[] =>
  expectedRecords(
    row.domain,
    row.keys
      .filter((key) => isPublished(key, now))
      .map((key) => ({ ...key, wantedUntil: publishedUntil(key) })),
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
  return compareRecord(record, { found, checkedAt, ...(elsewhere && { elsewhere }) });
}

const isSeen = (key: SenderKey, domain: string, records: readonly CheckedRecord[]): boolean =>
  records.some(({ name, status }) => name === dkimName(key.selector, domain) && status === 'ok');

/**
 * A key signs only after DNS showed its record. The replaced key retires in the same transaction, and its record stays for a
 * time, so that receivers can verify every signature. A rotation is publish → observe → switch → retire.
 */
async function switchKeys<Row extends SenderDomain>(
  row: Row,
  records: readonly CheckedRecord[],
  { senderDomains, now }: VerifyPorts<Row>,
): Promise<void> {
  const seen = row.keys.filter((key) => key.state === 'published' && isSeen(key, row.domain, records));
  if (seen.length === 0) return;
  const replaced = row.keys.filter(
    ({ algorithm, state }) => state === 'active' && seen.some((key) => key.algorithm === algorithm),
  );
  await senderDomains.switchKeys(row.accountId, row.id, {
    activate: seen.map(({ id }) => id),
    retire: replaced.map(({ id }) => id),
    at: now(),
  });
}

/**
 * During a rotation the records of the key that will sign after this look-up count: the new key if DNS shows its record, else the
 * active key. So an owner may replace the old record by the new one at once.
 */
function standing(row: SenderDomain, records: readonly CheckedRecord[]): readonly CheckedRecord[] {
  const inState = (state: SenderKey['state'], algorithm: SenderKey['algorithm']): readonly SenderKey[] =>
    row.keys.filter((key) => key.state === state && key.algorithm === algorithm);
  const passedOver = (['rsa', 'ed25519'] as const).flatMap((algorithm) => {
    const [active, waiting] = [inState('active', algorithm), inState('published', algorithm)];
    if (active.length === 0) return [];
    return waiting.some((key) => isSeen(key, row.domain, records)) ? active : waiting;
  });
  const names = passedOver.map(({ selector }) => dkimName(selector, row.domain));
  return records.filter(({ name }) => !names.includes(name));
}

/** Verifies the domain and returns it with its new status; `undefined`: it was deleted meanwhile. */
export async function verifyDomain<Row extends SenderDomain>(
  row: Row,
  ports: VerifyPorts<Row>,
): Promise<Row | undefined> {
  const { senderDomains, lookUp, installation, now } = ports;
  const checkedAt = now();
  const records = await Promise.all(
    recordsOf(row, installation, checkedAt).map((record) =>
      checkRecord(lookUp, record, { domain: row.domain, checkedAt }),
    ),
  );
  const status = domainStatusAfter(row.status, standing(row, records));
  // The status is saved first. This throws when another account holds the domain, and then no key starts to sign.
  const returnPathStatus = returnPathStatusAfter(row.returnPathStatus, records);
  const checked = { status, returnPathStatus, checks: records, at: checkedAt };
  await senderDomains.saveChecks(row.accountId, row.id, checked);
  if (status === 'verified') await switchKeys(row, records, ports);
  return senderDomains.one(row.accountId, row.id);
}
