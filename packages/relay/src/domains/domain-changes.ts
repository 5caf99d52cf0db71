/** What changed in DNS between two checks of a domain. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type {
  CheckedRecord,
  DomainStatus,
  RecordPurpose,
  RecordStatus,
  RecordType,
} from './domain-records.ts';

/** What a check saw of a record. */
type Seen = { readonly status: RecordStatus; readonly found: readonly string[] };

/** One record that changed. */
export type RecordChange = {
  readonly purpose: RecordPurpose;
  readonly type: RecordType;
  readonly name: string;
  /** `null`: the record was not asked for before. */
  readonly from: Seen | null;
  readonly to: Seen;
};

/** A check that found something else than the one before. */
export type DomainChange = {
  readonly from: DomainStatus;
  readonly to: DomainStatus;
  readonly records: readonly RecordChange[];
  readonly at: Date;
};

/** No answer says nothing about a record. */
const isSeen = ({ status }: Pick<Seen, 'status'>): boolean => status !== 'unknown';

const seenOf = ({ status, found }: Seen): Seen => ({ status, found: found.toSorted() });

/** The records that DNS showed in another way than at the last check. A first look-up that finds nothing is no change. */
export function recordChanges(
  before: readonly Pick<CheckedRecord, 'name' | 'type' | 'status' | 'found'>[],
  after: readonly CheckedRecord[],
): readonly RecordChange[] {
  return after.filter(isSeen).flatMap((record) => {
    const last = before.find(({ name, type }) => name === record.name && type === record.type);
    const from = last !== undefined && isSeen(last) ? seenOf(last) : null;
    const to = seenOf(record);
    if (from === null ? record.status === 'missing' : isDeepStrictEqual(from, to)) return [];
    return [{ purpose: record.purpose, type: record.type, name: record.name, from, to }];
  });
}

const isGood = ({ status }: Pick<Seen, 'status'>): boolean => status === 'ok';
const isBad = ({ status }: Pick<Seen, 'status'>): boolean => status === 'missing' || status === 'mismatch';

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
