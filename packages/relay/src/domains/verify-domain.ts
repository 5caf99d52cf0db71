/**
 * Looks the records of a domain up in DNS and updates the status of the domain and of its keys. Runs on request and once a day.
 * A second run changes nothing.
 */
import { Refusal } from '../refusal.ts';
import { checkRecord } from './check-record.ts';
import { isPublished, publishedUntil } from './dkim-rotation.ts';
import { type DomainChange, recordChanges, withLastSeen } from './domain-changes.ts';
import type { DomainDns, Zone } from './domain-dns.ts';
import {
  type CheckedRecord,
  type DomainStatus,
  dkimName,
  domainStatusAfter,
  type ExpectedRecord,
  expectedRecords,
  type Installation,
  type NamedDomain,
  ownershipValue,
  type PublishedKey,
  returnPathStatusAfter,
  trackingStatusAfter,
} from './domain-records.ts';

/** A DKIM key of a sender domain. `published`: its record is not seen in DNS yet. */
export type SenderKey = Omit<PublishedKey, 'wantedUntil'> & {
  readonly id: string;
  readonly state: 'published' | 'active' | 'retired';
  readonly retiredAt: Date | undefined;
};

/** A sender domain with its keys and the status of its records. */
export type SenderDomain = NamedDomain & {
  readonly status: DomainStatus;
  /** The status of its own return path. */
  readonly returnPathStatus: DomainStatus;
  readonly trackingStatus: DomainStatus;
  /** The records that the last check saved. */
  readonly checks: readonly unknown[];
  readonly keys: readonly SenderKey[];
};

/** Key ids that start and stop signing at a time. */
export type KeySwitch = {
  readonly activate: readonly string[];
  readonly retire: readonly string[];
  readonly at: Date;
};

/** The result of a check. */
export type Checked = {
  readonly checks: readonly CheckedRecord[];
  readonly status: DomainStatus;
  readonly returnPathStatus: DomainStatus;
  readonly trackingStatus: DomainStatus;
  /** The zone cut above the domain; `undefined`: DNS did not say. */
  readonly zone: string | undefined;
  /** `undefined`: nothing changed since the last check. */
  readonly change: DomainChange | undefined;
  readonly at: Date;
};

/** A status without a look-up: where the product itself answers for a domain. */
export const uncheckedAs = (status: DomainStatus, at: Date): Checked => ({
  checks: [],
  status,
  returnPathStatus: 'pending',
  trackingStatus: 'pending',
  zone: undefined,
  change: undefined,
  at,
});

/** The domain of the account that holds a name. */
export type Holder = { readonly id: string; readonly accountId: string };

/** The store of sender domains. */
export type DomainStore<Row extends SenderDomain> = {
  saveChecks(accountId: string | undefined, id: string, checked: Checked): Promise<unknown>;
  /** Saves the checks, and takes the domain from the account that held it, in one transaction. */
  takeOver(from: Holder, id: string, checked: Checked): Promise<unknown>;
  /** The account that verified the domain, of all accounts. */
  holder(domain: string): Promise<Holder | undefined>;
  /** Starts signing with some keys and stops signing with others, in one transaction. Idempotent. */
  switchKeys(accountId: string | undefined, id: string, to: KeySwitch): Promise<unknown>;
  one(accountId: string | undefined, id: string): Promise<Row | undefined>;
};

/** The ports of verification. */
export type VerifyPorts<Row extends SenderDomain> = {
  readonly senderDomains: DomainStore<Row>;
  readonly lookUp: DomainDns;
  readonly installation: Installation;
  readonly now: () => Date;
};

/** The keys whose records must be in DNS: keys that wait for DNS, active keys, and retired keys whose signed mail may still arrive. */
export const keysInDns = (keys: readonly SenderKey[], now: Date): readonly PublishedKey[] =>
  keys.filter((key) => isPublished(key, now)).map((key) => ({ ...key, wantedUntil: publishedUntil(key) }));

/** The records of a domain. */
export const recordsOf = (
  row: NamedDomain & Pick<SenderDomain, 'keys'>,
  installation: Installation,
  now: Date,
): readonly ExpectedRecord[] => expectedRecords(row, keysInDns(row.keys, now), installation);

const isSeen = (key: SenderKey, domain: string, records: readonly CheckedRecord[]): boolean =>
  records.some(({ name, status }) => name === dkimName(key.selector, domain) && status === 'ok');

/**
 * A key signs only after every server that was asked showed its record. The replaced key retires in the same transaction, and its
 * record stays for a time, so that receivers can verify every signature. A rotation is publish → observe → switch → grace → retire.
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

type Rival = { readonly holder: Holder | undefined; readonly isBeaten: boolean };

/**
 * Another account may hold the domain. DNS decides: the ownership record of this account must stand there, and the holder's must not.
 * docs/reliability.md S23.
 */
async function rivalOf<Row extends SenderDomain>(
  row: Row,
  records: readonly CheckedRecord[],
  { senderDomains }: VerifyPorts<Row>,
): Promise<Rival> {
  const holder = row.accountId === undefined ? undefined : await senderDomains.holder(row.domain);
  if (holder === undefined || holder.id === row.id) return { holder: undefined, isBeaten: true };
  const ownership = records.find(({ purpose }) => purpose === 'ownership');
  const holders = ownershipValue(holder.id);
  const isBeaten = ownership?.status === 'ok' && !ownership.found.some((text) => text.trim() === holders);
  return { holder, isBeaten };
}

const contested = (domain: string, records: readonly CheckedRecord[]): Refusal => {
  const { name = '', value = '' } = records.find(({ purpose }) => purpose === 'ownership') ?? {};
  return new Refusal('conflict', {
    detail: `another account has verified ${domain}. It becomes yours when the TXT record ${name} holds only ${value}`,
  });
};

const stored = (row: SenderDomain): readonly CheckedRecord[] => row.checks as readonly CheckedRecord[];

function changeOf(
  row: SenderDomain,
  { checks, status, at }: Pick<Checked, 'checks' | 'status' | 'at'>,
): DomainChange | undefined {
  const records = recordChanges(stored(row), checks);
  if (records.length === 0 && status === row.status) return undefined;
  return { from: row.status, to: status, records, at };
}

function checkedOf(
  row: SenderDomain,
  {
    records,
    zone,
    at,
  }: { readonly records: readonly CheckedRecord[]; readonly zone: Zone; readonly at: Date },
  status: DomainStatus,
): Checked {
  return {
    checks: withLastSeen(stored(row), records),
    status,
    returnPathStatus: returnPathStatusAfter(row.returnPathStatus, records),
    trackingStatus: trackingStatusAfter(row.trackingStatus, records),
    zone: zone.kind === 'found' ? zone.name : undefined,
    change: changeOf(row, { checks: records, status, at }),
    at,
  };
}

/**
 * Verifies the domain and returns it with its new status; `undefined`: it was deleted meanwhile. Rejects with `conflict` while another
 * account holds the domain; what DNS showed is saved all the same.
 */
export async function verifyDomain<Row extends SenderDomain>(
  row: Row,
  ports: VerifyPorts<Row>,
): Promise<Row | undefined> {
  const { senderDomains, lookUp: dns, installation, now } = ports;
  const at = now();
  const zone = await dns.zoneOf(row.domain);
  const all = recordsOf(row, installation, at);
  const checking = { dns, domain: row.domain, zone, all, checkedAt: at };
  const records = await Promise.all(all.map((record) => checkRecord(record, checking)));
  const status = domainStatusAfter(row.status, standing(row, records));
  const rival = status === 'verified' ? await rivalOf(row, records, ports) : undefined;
  const found = { records, zone, at };
  if (rival && !rival.isBeaten) {
    await senderDomains.saveChecks(row.accountId, row.id, checkedOf(row, found, row.status));
    throw contested(row.domain, records);
  }
  // The status is saved first. This throws when another account holds the domain, and then no key starts to sign.
  const checked = checkedOf(row, found, status);
  if (rival?.holder) await senderDomains.takeOver(rival.holder, row.id, checked);
  else await senderDomains.saveChecks(row.accountId, row.id, checked);
  if (status === 'verified') await switchKeys(row, records, ports);
  return senderDomains.one(row.accountId, row.id);
}
