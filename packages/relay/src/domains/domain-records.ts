/** The DNS records of a sender domain, and their comparison with the result of a look-up. Pure: another file does the look-up. */
import { compareDkimRecord } from '@waybill/mail/signing/dkim-record';

/** What a DNS record is for. */
export type RecordPurpose = 'dkim' | 'return_path' | 'spf' | 'dmarc';
/** The types of DNS records in use. */
export type RecordType = 'TXT' | 'MX';

/** A DNS record that the owner of a domain must publish. */
export type ExpectedRecord = {
  readonly purpose: RecordPurpose;
  readonly type: RecordType;
  readonly name: string;
  /** TXT: the joined strings. MX: `10 host`. */
  readonly value: string;
  /** The domain is verified when DNS publishes every required record. */
  readonly required: boolean;
  /** For a retired key: mail that it signed may arrive until this time. `undefined`: the record is needed without end. */
  readonly wantedUntil?: Date | undefined;
};

/** The result of a look-up. `unknown`: DNS did not answer, or the record was not checked yet. */
export type RecordStatus = 'ok' | 'missing' | 'mismatch' | 'unknown';

/** A record with the result of its look-up. Stored as JSON with the domain, so the time is text. */
export type CheckedRecord = ExpectedRecord & {
  readonly status: RecordStatus;
  readonly found: readonly string[];
  readonly hint: string | undefined;
  readonly checkedAt: string | undefined;
};

/** The public part of a DKIM key. */
export type PublishedKey = {
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** base64 as in `p=`. */
  readonly publicKey: string;
  /** For a retired key: the time until which its record must stay in DNS. */
  readonly wantedUntil?: Date | undefined;
};

/** The names of the installation that the records of an account point at. */
export type Installation = { readonly hostName: string; readonly returnPathDomain: string };

/** The answer of DNS; `undefined`: DNS did not answer. */
export type Found = readonly string[] | undefined;

/** The DNS name of a DKIM key. RFC 6376 §3.6.2.1. */
export const dkimName = (selector: string, domain: string): string => `${selector}._domainkey.${domain}`;

/** The TXT record of a key. RFC 6376 §3.6.1. */
export const dkimRecordOf = (domain: string, key: PublishedKey): ExpectedRecord => ({
  purpose: 'dkim',
  type: 'TXT',
  name: dkimName(key.selector, domain),
  value: `v=DKIM1; k=${key.algorithm}; p=${key.publicKey}`,
  // Every receiver verifies RSA; few verify the additional Ed25519 signature (RFC 8463 §3). A retired key signs no new mail, so
  // its record is checked but not required.
  required: key.algorithm === 'rsa' && key.wantedUntil === undefined,
  ...(key.wantedUntil && { wantedUntil: key.wantedUntil }),
});

/** The host of the return path of a domain: below the domain, so that SPF aligns. RFC 7489 §3.1.2. */
export const returnPathHost = (domain: string): string => `bounce.${domain}`;

/** The records that a domain needs. The DKIM record proves that the account owns the domain, because the key exists once. */
export function expectedRecords(
  domain: string,
  keys: readonly PublishedKey[],
  installation: Installation,
): readonly ExpectedRecord[] {
  const bounce = returnPathHost(domain);
  return [
    ...keys.map((key) => dkimRecordOf(domain, key)),
    { purpose: 'dmarc', type: 'TXT', name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none', required: false },
    {
      purpose: 'return_path',
      type: 'MX',
      name: bounce,
      value: `10 ${installation.hostName}`,
      required: false,
    },
    {
      purpose: 'spf',
      type: 'TXT',
      name: bounce,
      value: `v=spf1 include:${installation.returnPathDomain} ~all`,
      required: false,
    },
  ];
}

type Comparison = Pick<CheckedRecord, 'status' | 'hint'>;
const ok: Comparison = { status: 'ok', hint: undefined };
const mismatch = (hint: string): Comparison => ({ status: 'mismatch', hint });

const dkimHints = {
  different: 'This record holds another key. Replace it by ours.',
  revoked: 'The key in this record was revoked (p= is empty). Replace it by ours.',
  unusable: 'This record forbids SHA-256 or mail (h= or s=). Replace it by ours.',
  malformed: 'This is no DKIM key. Look for quotes, line breaks or a value that the panel cut short.',
} as const;

function compareDkim(value: string, found: readonly string[]): Comparison {
  const comparisons = found.map((text) => compareDkimRecord(text, value));
  if (comparisons.includes('same')) {
    // RFC 6376 §3.6.2.2: with several records a verifier may take any.
    return comparisons.length === 1
      ? ok
      : mismatch('There are several records, and verifiers may use any of them. Keep only ours.');
  }
  const [first = 'malformed'] = comparisons;
  return mismatch(first === 'same' ? dkimHints.different : dkimHints[first]);
}

const starting = (found: readonly string[], version: RegExp): readonly string[] =>
  found.filter((text) => version.test(text));

function compareDmarc(_value: string, found: readonly string[]): Comparison | undefined {
  const policies = starting(found, /^v\s*=\s*DMARC1\s*(?:;|$)/);
  if (policies.length === 0) return undefined;
  return policies.length === 1
    ? ok
    : mismatch('With two DMARC policies receivers apply neither. Keep one. RFC 7489 §6.6.3.');
}

function compareSpf(value: string, found: readonly string[]): Comparison | undefined {
  const policies = starting(found, /^v=spf1(?: |$)/i);
  if (policies.length === 0) return undefined;
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

const comparisons: Readonly<
  Record<RecordPurpose, (value: string, found: readonly string[]) => Comparison | undefined>
> = {
  dkim: compareDkim,
  dmarc: compareDmarc,
  spf: compareSpf,
  return_path: compareMx,
};

/** The wrong name of a record when the DNS panel appends the domain to a name that already has it. */
export const doubledName = (name: string, domain: string): string => `${name}.${domain}`;

const gone = (until: Date): string =>
  `Mail that was signed with this key may still arrive. Add the record again and keep it until ${until.toISOString()}.`;

/** Compares a record with the answer of DNS, and gives a hint when they differ. `elsewhere`: the values under the doubled name. */
export function compareRecord(
  record: ExpectedRecord,
  answer: { readonly found: Found; readonly elsewhere?: Found; readonly checkedAt: Date },
): CheckedRecord {
  const { found, elsewhere = [] } = answer;
  const checkedAt = answer.checkedAt.toISOString();
  if (found === undefined)
    return { ...record, status: 'unknown', found: [], hint: 'DNS did not answer. Try again.', checkedAt };
  const compared = found.length === 0 ? undefined : comparisons[record.purpose](record.value, found);
  if (compared !== undefined) return { ...record, ...compared, found, checkedAt };
  const isDoubled = comparisons[record.purpose](record.value, elsewhere)?.status === 'ok';
  if (record.wantedUntil)
    return { ...record, status: 'missing', found, hint: gone(record.wantedUntil), checkedAt };
  const hint = isDoubled
    ? 'The record is under a name that has the domain twice. Enter the name without the domain in this panel.'
    : 'There is no record yet. A new record may take minutes to hours, until the old answer expires.';
  return { ...record, status: 'missing', found, hint, checkedAt };
}

/** A record that was not looked up yet. */
export const unchecked = (record: ExpectedRecord): CheckedRecord => ({
  ...record,
  status: 'unknown',
  found: [],
  hint: undefined,
  checkedAt: undefined,
});

/** The status of a sender domain. `degraded`: it was verified, and a required record is missing now. */
export type DomainStatus = 'pending' | 'verified' | 'degraded';

/** The domain status after a look-up. A verified domain is degraded by an answer without a required record, not by a DNS failure. */
export function domainStatusAfter(before: DomainStatus, records: readonly CheckedRecord[]): DomainStatus {
  const required = records.filter((record) => record.required);
  if (required.length > 0 && required.every(({ status }) => status === 'ok')) return 'verified';
  if (required.some(({ status }) => status === 'unknown')) return before;
  return before === 'pending' ? 'pending' : 'degraded';
}

/** The return path of a domain of an account, with the status of its records. */
export type OwnReturnPath = { readonly host: string; readonly status: DomainStatus };

const ofReturnPath: readonly RecordPurpose[] = ['return_path', 'spf'];

/**
 * The status of the return path, by the rule of the domain status. Without MX bounces are lost; without SPF receivers distrust the
 * mail.
 */
export const returnPathStatusAfter = (
  before: DomainStatus,
  records: readonly CheckedRecord[],
): DomainStatus =>
  domainStatusAfter(
    before,
    records
      .filter(({ purpose }) => ofReturnPath.includes(purpose))
      .map((record) => ({ ...record, required: true })),
  );

const MAX_STRING = 255;

/** RFC 1035 §3.3.14, §5.1: a TXT value is character-strings of at most 255 bytes, quoted. */
const quoted = (value: string): string =>
  (value.match(new RegExp(`.{1,${MAX_STRING}}`, 'gs')) ?? [''])
    .map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`)
    .join(' ');

/** The records as lines of a zone file, absolute names. */
export const zoneFile = (records: readonly ExpectedRecord[]): string =>
  records
    .map(
      ({ name, type, value }) => `${name}. 3600 IN ${type} ${type === 'TXT' ? quoted(value) : `${value}.`}\n`,
    )
    .join('');
