import { isDeepStrictEqual } from 'node:util';
import type { DnsRecordView, DomainView } from '@waybill/contract/domain';
import { publishedUntil } from '@waybill/relay/domains/dkim-rotation';
import {
  type CheckedRecord,
  type Installation,
  returnPathHost,
  unchecked,
} from '@waybill/relay/domains/domain-records';
import { recordsOf } from '@waybill/relay/domains/verify-domain';
import { publicId } from '@waybill/relay/id';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import type { SenderDomainRecord } from '@waybill/relay/management/records';
import { z } from 'zod';

export type DomainRow = SenderDomainRecord;

const storedCheck = z.object({
  name: z.string(),
  type: z.string(),
  value: z.string(),
  status: z.enum(['ok', 'missing', 'mismatch', 'unknown']),
  found: z.array(z.string()),
  hint: z.string().optional(),
  checkedAt: z.string().optional(),
});
const storedChecks = z.array(storedCheck).catch([]);

/** The records that are wanted now, each with what the last look-up found for it. */
/** The wanted records depend on the time: records of retired keys are wanted for a while only. */
type ViewDependencies = { readonly installation: Installation; readonly now: () => Date };

function checkedRecords(row: DomainRow, { installation, now }: ViewDependencies): readonly CheckedRecord[] {
  const checks = storedChecks.parse(row.checks);
  return recordsOf(row, installation, now()).map((record) => {
    const last = checks.find(
      ({ name, type, value }) => name === record.name && type === record.type && value === record.value,
    );
    return last === undefined
      ? unchecked(record)
      : { ...record, status: last.status, found: last.found, hint: last.hint, checkedAt: last.checkedAt };
  });
}

const recordView = (record: CheckedRecord): DnsRecordView => ({
  purpose: record.purpose,
  type: record.type,
  name: record.name,
  value: record.value,
  required: record.required,
  status: record.status,
  found: [...record.found],
  hint: orNull(record.hint),
  checked_at: orNull(record.checkedAt),
  wanted_until: isoOrNull(record.wantedUntil),
});

export const domainView = (row: DomainRow, dependencies: ViewDependencies): DomainView => ({
  id: publicId('dom', row.id),
  domain: row.domain,
  status: row.status,
  records: checkedRecords(row, dependencies).map(recordView),
  return_path: { host: returnPathHost(row.domain), status: row.returnPathStatus },
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

const withoutTimes = (view: DomainView): DomainView => ({
  ...view,
  checked_at: null,
  records: view.records.map((record) => ({ ...record, checked_at: null })),
});

/** Whether two look-ups found the same and differ only in their time. */
export const isSameFinding = (before: DomainView, after: DomainView): boolean =>
  before.checked_at !== null && isDeepStrictEqual(withoutTimes(before), withoutTimes(after));
