/** What must stand in DNS for a sender domain, and what a look-up says about it. Pure: the look-up itself is not here. */
import { compareDkimRecord } from '@waybill/mail/signing/dkim-record';

export type RecordPurpose = 'dkim' | 'return_path' | 'spf' | 'dmarc';
export type RecordType = 'TXT' | 'MX';

export type ExpectedRecord = {
  readonly purpose: RecordPurpose;
  readonly type: RecordType;
  readonly name: string;
  /** TXT: the joined strings. MX: `10 host`. */
  readonly value: string;
  /** The domain is verified once every required record stands. */
  readonly required: boolean;
  /** Of a key that signs no more: until then mail that it signed may arrive. `undefined`: wanted for good. */
  readonly wantedUntil?: Date | undefined;
};

export type RecordStatus = 'ok' | 'missing' | 'mismatch' | 'unknown';

/** A record with what was found for it. Kept as JSON beside the domain, so the time is text. */
export type CheckedRecord = ExpectedRecord & {
  readonly status: RecordStatus;
  readonly found: readonly string[];
  readonly hint: string | undefined;
  readonly checkedAt: string | undefined;
};

export type PublishedKey = {
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** base64 as in `p=`. */
  readonly publicKey: string;
  /** Of a retired key: until when its record is to stand. */
  readonly wantedUntil?: Date | undefined;
};

/** The installation's names that an account's records point at. */
export type Installation = { readonly hostName: string; readonly returnPathDomain: string };

/** What DNS answered; `undefined`: it did not. */
export type Found = readonly string[] | undefined;

export const dkimName = (selector: string, domain: string): string => `${selector}._domainkey.${domain}`;

/** The TXT record of a key. RFC 6376 §3.6.1. */
export const dkimRecordOf = (domain: string, key: PublishedKey): ExpectedRecord => ({
  purpose: 'dkim',
  type: 'TXT',
  name: dkimName(key.selector, domain),
  value: `v=DKIM1; k=${key.algorithm}; p=${key.publicKey}`,
  // RSA is what every receiver verifies; the Ed25519 signature beside it is a bonus. RFC 8463 §3. A retired key signs no
  // more: its record is looked after, but the mail of today does not depend on it.
  required: key.algorithm === 'rsa' && key.wantedUntil === undefined,
  ...(key.wantedUntil && { wantedUntil: key.wantedUntil }),
});

/** Where bounces of a domain's mail come back to: below the domain, so that SPF aligns. RFC 7489 §3.1.2. */
export const returnPathHost = (domain: string): string => `bounce.${domain}`;

/** The key's record is the proof that the domain is the account's: nobody else has that key. */
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
  different: 'Another key stands here. Replace the record by ours.',
  revoked: 'The key here was revoked (p= is empty). Replace the record by ours.',
  unusable: 'This record forbids SHA-256 or mail (h= or s=). Replace it by ours.',
  malformed: 'This is no DKIM key. Look for quotes, line breaks or a value that was cut short by the panel.',
} as const;

function compareDkim(value: string, found: readonly string[]): Comparison {
  const comparisons = found.map((text) => compareDkimRecord(text, value));
  if (comparisons.includes('same')) {
    // RFC 6376 §3.6.2.2: with several records a verifier may take any.
    return comparisons.length === 1
      ? ok
      : mismatch('Several records stand here; verifiers may take any. Keep only ours.');
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
    : mismatch('Two DMARC policies cancel each other. Keep one. RFC 7489 §6.6.3.');
}

function compareSpf(value: string, found: readonly string[]): Comparison | undefined {
  const policies = starting(found, /^v=spf1(?: |$)/i);
  if (policies.length === 0) return undefined;
  if (policies.length > 1)
    return mismatch('Two SPF records are an error. Join them into one. RFC 7208 §4.5.');
  const include = /include:\S+/.exec(value)?.[0] ?? '';
  const hasOurs = policies[0]?.toLowerCase().split(/\s+/).includes(include.toLowerCase());
  return hasOurs ? ok : mismatch(`Add ${include} to the record that stands here.`);
}

function compareMx(value: string, found: readonly string[]): Comparison {
  const host = (text: string): string | undefined => text.toLowerCase().split(/\s+/)[1]?.replace(/\.$/, '');
  return found.some((text) => host(text) === host(value))
    ? ok
    : mismatch('Another host takes mail for this name.');
}

const comparisons: Readonly<
  Record<RecordPurpose, (value: string, found: readonly string[]) => Comparison | undefined>
> = {
  dkim: compareDkim,
  dmarc: compareDmarc,
  spf: compareSpf,
  return_path: compareMx,
};

/** Where a record lands when the panel adds the domain to a name that already has it. */
export const doubledName = (name: string, domain: string): string => `${name}.${domain}`;

const gone = (until: Date): string =>
  `Mail that was signed with this key may still be on its way. Put the record back and keep it until ${until.toISOString()}.`;

/** Whether the record stands, and when it does not, what to look for. `elsewhere` is what the doubled name holds. */
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
    ? 'It stands under a name that has the domain twice: enter the name without the domain in this panel.'
    : 'Nothing stands here yet. A new record may take until the old answer expires, minutes to hours.';
  return { ...record, status: 'missing', found, hint, checkedAt };
}

/** A record nobody has looked for yet. */
export const unchecked = (record: ExpectedRecord): CheckedRecord => ({
  ...record,
  status: 'unknown',
  found: [],
  hint: undefined,
  checkedAt: undefined,
});

export type DomainStatus = 'pending' | 'verified' | 'degraded';

/** A DNS failure proves nothing: only an answer that lacks a required record takes a verified domain down. */
export function domainStatusAfter(before: DomainStatus, records: readonly CheckedRecord[]): DomainStatus {
  const required = records.filter((record) => record.required);
  if (required.length > 0 && required.every(({ status }) => status === 'ok')) return 'verified';
  if (required.some(({ status }) => status === 'unknown')) return before;
  return before === 'pending' ? 'pending' : 'degraded';
}

/** The return path of an account's own domain, and whether its records stand. */
export type OwnReturnPath = { readonly host: string; readonly status: DomainStatus };

const ofReturnPath: readonly RecordPurpose[] = ['return_path', 'spf'];

/** By the same rule as the domain itself: without MX bounces are lost, without SPF the mail is distrusted. */
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
