/** Asks DNS for the records of a domain. What an answer means is decided in `relay/domain-records`. */
import type { Answer, Resolver } from '@waybill/io/dns/resolver';
import {
  type CheckedRecord,
  doubledName,
  type ExpectedRecord,
  type Found,
  judgeRecord,
} from '@waybill/relay/domain-records';

/** The question alone: tests answer it from a table. */
export type LookUp = Pick<Resolver, 'txt' | 'mx'>;

function foundIn<T>(answer: Answer<T>, written: (record: T) => string): Found {
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
  { domain, now }: { readonly domain: string; readonly now: Date },
): Promise<CheckedRecord> {
  const found = await ask(lookUp, record.name, record.type);
  const isMissing = found !== undefined && found.length === 0;
  const elsewhere = isMissing ? await ask(lookUp, doubledName(record.name, domain), record.type) : undefined;
  return judgeRecord(record, { found, checkedAt: now, ...(elsewhere && { elsewhere }) });
}

export const checkDomain = (
  lookUp: LookUp,
  records: readonly ExpectedRecord[],
  at: { readonly domain: string; readonly now: Date },
): Promise<CheckedRecord[]> => Promise.all(records.map((record) => checkRecord(lookUp, record, at)));
