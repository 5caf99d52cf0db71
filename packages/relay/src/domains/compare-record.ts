/** Compares a record with what one DNS server showed, and names the usual mistakes. Pure: `check-record.ts` looks further. */
import { isDmarcRecord, parseDmarcRecord } from '@waybill/mail/dmarc';
import { compareDkimRecord, parseDkimRecord } from '@waybill/mail/signing/dkim-record';
import { isSpfRecord } from '@waybill/mail/spf';
import type { ExpectedRecord, RecordPurpose } from './domain-records.ts';

/** `hint` may stand beside `ok`: something that does no harm yet. */
export type Comparison = {
  readonly status: 'ok' | 'missing' | 'mismatch';
  readonly hint: string | undefined;
};

const ok: Comparison = { status: 'ok', hint: undefined };
const missing: Comparison = { status: 'missing', hint: undefined };
const mismatch = (hint: string): Comparison => ({ status: 'mismatch', hint });

const dkimHints = {
  different: 'This record holds another key. Replace it by ours.',
  revoked: 'The key in this record was revoked (p= is empty). Replace it by ours.',
  unusable: 'This record forbids SHA-256 or mail (h= or s=). Replace it by ours.',
  malformed: 'This is no DKIM key. Look for line breaks or a value that the panel changed.',
} as const;

/** The longest character-string of a TXT record. RFC 1035 §3.3.14. */
const MAX_STRING = 255;

const isQuoted = (text: string): boolean => text.includes('"') || text.includes('\\;');

/** Whether the panel kept only the beginning of the value. */
function isCut(text: string, value: string): boolean {
  const [found, ours] = [parseDkimRecord(text)?.publicKey, parseDkimRecord(value)?.publicKey ?? ''];
  if (found === undefined || found === '') return text.length === MAX_STRING;
  return found.length < ours.length && ours.startsWith(found.replace(/=+$/, ''));
}

function dkimHintOf(text: string, value: string): string {
  if (isQuoted(text))
    return 'The value itself holds quotes or backslashes. Enter it without them in this panel.';
  if (isCut(text, value))
    return `The key is cut short, as by a panel that takes ${MAX_STRING} characters. Enter it in several strings, or without the quotes of one.`;
  const comparison = compareDkimRecord(text, value);
  return dkimHints[comparison === 'same' ? 'different' : comparison];
}

function compareDkim(value: string, found: readonly string[]): Comparison {
  const same = found.filter((text) => compareDkimRecord(text, value) === 'same');
  // RFC 6376 §3.6.2.2: with several records a verifier may take any.
  if (same.length > 0)
    return found.length === 1
      ? spaced(found)
      : mismatch('There are several records, and verifiers may use any of them. Keep only ours.');
  return mismatch(dkimHintOf(found[0] ?? '', value));
}

/** Spaces around a value are easily copied along. Verifiers ignore them. */
const spaced = (found: readonly string[]): Comparison =>
  found.some((text) => text !== text.trim())
    ? {
        ...ok,
        hint: 'The value begins or ends with spaces. They do no harm; leave them out when you edit it.',
      }
    : ok;

function compareOwnership(value: string, found: readonly string[]): Comparison {
  const same = found.filter((text) => text.trim() === value);
  if (same.length > 0) return spaced(same);
  if (found.some((text) => text.replaceAll(/["\\]/g, '').trim() === value))
    return mismatch('The value itself holds quotes. Enter it without them in this panel.');
  return mismatch('This record has another value. Add ours beside it, or replace it.');
}

const dmarcLike = /^[\s"]*v\s*=\s*dmarc/i;

function compareDmarc(_value: string, found: readonly string[]): Comparison {
  const policies = found.filter(isDmarcRecord);
  const [first = ''] = policies;
  if (policies.length === 0)
    return found.some((text) => dmarcLike.test(text))
      ? mismatch(
          'Receivers ignore this record: it must begin with v=DMARC1; without quotes or spaces before. RFC 9989 §4.7.',
        )
      : missing;
  if (policies.length > 1)
    return mismatch('With two DMARC policies receivers apply neither. Keep one. RFC 9989 §4.10.');
  const { faults = [], notes = [] } = parseDmarcRecord(first) ?? {};
  if (faults.length > 0) return mismatch(`The syntax is wrong: ${faults.join('; ')}. RFC 9989 §4.7.`);
  return notes.length > 0 ? { ...ok, hint: `${notes.join('; ')}.` } : ok;
}

function compareSpf(value: string, found: readonly string[]): Comparison {
  const policies = found.filter(isSpfRecord);
  if (policies.length === 0)
    return found.some((text) => /^[\s"]+v=spf1/i.test(text))
      ? mismatch('Receivers ignore this record: it must begin with v=spf1, without quotes or spaces before.')
      : missing;
  if (policies.length > 1)
    return mismatch('Two SPF records are an error. Join them into one. RFC 7208 §4.5.');
  const include = /include:\S+/.exec(value)?.[0] ?? '';
  const hasOurs = policies[0]?.toLowerCase().split(/\s+/).includes(include.toLowerCase());
  return hasOurs ? ok : mismatch(`Add ${include} to this record.`);
}

function compareMx(value: string, found: readonly string[]): Comparison {
  const host = (text: string): string | undefined => text.toLowerCase().split(/\s+/)[1]?.replace(/\.$/, '');
  return found.some((text) => host(text) === host(value))
    ? ok
    : mismatch('Another host receives mail for this name.');
}

const compareHost = (value: string, found: readonly string[]): Comparison =>
  found.some((text) => text.toLowerCase().replace(/\.$/, '') === value.toLowerCase())
    ? ok
    : mismatch(`This name points to another host. Point it to ${value}.`);

const comparisons: Readonly<Record<RecordPurpose, (value: string, found: readonly string[]) => Comparison>> =
  {
    ownership: compareOwnership,
    dkim: compareDkim,
    dmarc: compareDmarc,
    spf: compareSpf,
    return_path: compareMx,
    tracking: compareHost,
  };

/** Compares the records that one server showed under the name. */
export function compareFound(record: ExpectedRecord, found: readonly string[]): Comparison {
  if (found.length === 0) return missing;
  const compare = record.type === 'CNAME' ? compareHost : comparisons[record.purpose];
  return compare(record.value, found);
}
