/** What changed in DNS between two checks of a domain. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { CheckedRecord, DomainStatus, RecordPurpose, RecordType, SeenRecord } from './domain-records.ts';

/** One record that changed. */
export type RecordChange = {
  readonly purpose: RecordPurpose;
  readonly type: RecordType;
  readonly name: string;
  /** `null`: the record was not asked for before. */
  readonly from: SeenRecord | null;
  readonly to: SeenRecord;
};

/** A check that found something else than the one before. */
export type DomainChange = {
  readonly from: DomainStatus;
  readonly to: DomainStatus;
  readonly records: readonly RecordChange[];
  readonly at: Date;
};

/** No answer says nothing about a record. */
const isSeen = ({ status }: Pick<SeenRecord, 'status'>): boolean => status !== 'unknown';

const seenOf = ({ status, found }: SeenRecord): SeenRecord => ({ status, found: found.toSorted() });

/** A record in the check before, as it was stored. */
type Before = Pick<CheckedRecord, 'name' | 'type' | 'status' | 'found' | 'lastSeen'>;

const lastSeenOf = (before: readonly Before[], { name, type }: CheckedRecord): SeenRecord | undefined => {
  const last = before.find((one) => one.name === name && one.type === type);
  return last !== undefined && isSeen(last) ? seenOf(last) : last?.lastSeen;
};

/** The check with the last answers for records that got none now, so that a change behind an outage is not lost. */
export const withLastSeen = (
  before: readonly Before[],
  after: readonly CheckedRecord[],
): readonly CheckedRecord[] =>
  after.map((record) => {
    const lastSeen = isSeen(record) ? undefined : lastSeenOf(before, record);
    return lastSeen === undefined ? record : { ...record, lastSeen };
  });

const stands: readonly SeenRecord['status'][] = ['ok', 'propagating'];

/** A resolver that lags behind for a while is no drift. */
const isSame = (from: SeenRecord, to: SeenRecord): boolean =>
  isDeepStrictEqual(from.found, to.found) &&
  (from.status === to.status || (stands.includes(from.status) && stands.includes(to.status)));

/** The records that DNS showed in another way than at the last answer. A first look-up that finds nothing is no change. */
export function recordChanges(
  before: readonly Before[],
  after: readonly CheckedRecord[],
): readonly RecordChange[] {
  return after.filter(isSeen).flatMap((record) => {
    const from = lastSeenOf(before, record) ?? null;
    const to = seenOf(record);
    if (from === null ? record.status === 'missing' : isSame(from, to)) return [];
    return [{ purpose: record.purpose, type: record.type, name: record.name, from, to }];
  });
}

const isGood = ({ status }: Pick<SeenRecord, 'status'>): boolean => status === 'ok';
const isBad = ({ status }: Pick<SeenRecord, 'status'>): boolean =>
  status === 'missing' || status === 'mismatch';

/** The event that a change is; `undefined`: it is in the history only. A record that was good and is lost degrades, a required one or not. */
export function domainEventOf({
  from,
  to,
  records,
}: DomainChange): 'domain.verified' | 'domain.degraded' | undefined {
  if (from !== to) return to === 'verified' ? 'domain.verified' : 'domain.degraded';
  const isLost = ({ from: before, to: after }: RecordChange): boolean =>
    before !== null && isGood(before) && isBad(after);
  return records.some(isLost) && to !== 'pending' ? 'domain.degraded' : undefined;
}

/** The change in the JSON of the API, for the history and for events. */
export const domainChangeJson = ({ from, to, records }: Omit<DomainChange, 'at'>) => ({
  from_status: from,
  to_status: to,
  records: records.map((change) => ({
    purpose: change.purpose,
    type: change.type,
    name: change.name,
    from: change.from && { status: change.from.status, found: [...change.from.found] },
    to: { status: change.to.status, found: [...change.to.found] },
  })),
});
