/** Sender domains in the JSON of the API. Times of a look-up are part of the view; secrets are not. */
import { isDeepStrictEqual } from 'node:util';
import { publishedUntil } from '../domains/dkim-rotation.ts';
import { domainChangeJson } from '../domains/domain-changes.ts';
import { hostInZone } from '../domains/domain-dns.ts';
import {
  type CheckedRecord,
  type ExpectedRecord,
  type Installation,
  returnPathHost,
  unchecked,
} from '../domains/domain-records.ts';
import { recordsOf } from '../domains/verify-domain.ts';
import { publicId } from '../id.ts';
import { isoOrNull, orNull } from './or-null.ts';
import type { DomainChangeRecord, SenderDomainRecord } from './records.ts';

/** The wanted records depend on the time: records of retired keys are wanted for a while only. */
export type ViewPorts = { readonly installation: Installation; readonly now: () => Date };

/** What the last look-up found. The store keeps it as it was saved, by this version of the product or by an earlier one. */
const storedChecks = ({ checks }: SenderDomainRecord): readonly Partial<CheckedRecord>[] =>
  checks.filter((check): check is Partial<CheckedRecord> => typeof check === 'object' && check !== null);

const isSame = (check: Partial<CheckedRecord>, record: ExpectedRecord): boolean =>
  check.name === record.name && check.type === record.type && check.value === record.value;

/** The records that are wanted now, each with what the last look-up found for it. */
function checkedRecords(row: SenderDomainRecord, { installation, now }: ViewPorts): readonly CheckedRecord[] {
  const checks = storedChecks(row);
  return recordsOf(row, installation, now()).map((record) => {
    const last = checks.find((check) => isSame(check, record));
    if (last?.status === undefined) return unchecked(record);
    const { status, found = [], hint, servers = [], checkedAt } = last;
    return { ...record, status, found, hint, servers, checkedAt };
  });
}

const recordView = (record: CheckedRecord, zone: string | undefined) => ({
  purpose: record.purpose,
  type: record.type,
  name: record.name,
  host_relative: orNull(hostInZone(record.name, zone)),
  value: record.value,
  required: record.required,
  status: record.status,
  found: [...record.found],
  hint: orNull(record.hint),
  servers: record.servers.map(({ server, status, ttlSeconds }) => ({
    server,
    status,
    ttl_seconds: orNull(ttlSeconds),
  })),
  checked_at: orNull(record.checkedAt),
  wanted_until: isoOrNull(record.wantedUntil),
});

export const domainView = (row: SenderDomainRecord, ports: ViewPorts) => ({
  id: publicId('dom', row.id),
  domain: row.domain,
  status: row.status,
  zone: orNull(row.zone),
  records: checkedRecords(row, ports).map((record) => recordView(record, row.zone)),
  return_path: { host: returnPathHost(row.domain), status: row.returnPathStatus },
  tracking: row.trackingHost === undefined ? null : { host: row.trackingHost, status: row.trackingStatus },
  dkim_record: row.dkimRecord,
  dkim_rotation: row.dkimRotation,
  dkim_keys: row.keys.map((key) => ({
    id: publicId('dkim', key.id),
    selector: key.selector,
    algorithm: key.algorithm,
    state: key.state,
    created_at: key.createdAt.toISOString(),
    retired_at: isoOrNull(key.retiredAt),
    published_until: isoOrNull(publishedUntil(key)),
  })),
  created_at: row.createdAt.toISOString(),
  checked_at: isoOrNull(row.checkedAt),
  verified_at: isoOrNull(row.verifiedAt),
});
type DomainView = ReturnType<typeof domainView>;

export const domainChangeView = ({ at, ...change }: DomainChangeRecord) => ({
  ...domainChangeJson(change),
  occurred_at: at.toISOString(),
});

/** TTLs count down from look-up to look-up, and hints name them. */
const withoutTimes = (view: DomainView) => ({
  ...view,
  checked_at: null,
  records: view.records.map(({ servers: _servers, hint: _hint, ...record }) => ({
    ...record,
    checked_at: null,
  })),
});

/** Whether two look-ups found the same and differ only in their time. */
export const isSameFinding = (before: DomainView, after: DomainView): boolean =>
  before.checked_at !== null && isDeepStrictEqual(withoutTimes(before), withoutTimes(after));
