/** The DNS records of a sender domain, and the status of the domain that follows from them. Pure: other files look them up. */
import { publicId } from '../id.ts';
import { slotSelector, slots } from './dkim-rotation.ts';

/** What a DNS record is for. */
export type RecordPurpose = 'ownership' | 'dkim' | 'return_path' | 'spf' | 'dmarc' | 'tracking';
/** The types of DNS records in use. */
export type RecordType = 'TXT' | 'MX' | 'CNAME';

/** A DNS record that the owner of a domain must publish. */
export type ExpectedRecord = {
  readonly purpose: RecordPurpose;
  readonly type: RecordType;
  readonly name: string;
  /** TXT: the joined strings. MX: `10 host`. CNAME: the host. */
  readonly value: string;
  /** The domain is verified when DNS publishes every required record. */
  readonly required: boolean;
  /** For a retired key: mail that it signed may arrive until this time. `undefined`: the record is needed without end. */
  readonly wantedUntil?: Date | undefined;
  /** For a DKIM key behind a CNAME: the TXT value at the target. */
  readonly keyRecord?: string;
};

/**
 * The result of a look-up. `propagating`: the authoritative servers have the record, and another server that was asked does not show it
 * yet. `unknown`: DNS did not answer, or the record was not checked yet.
 */
export type RecordStatus = 'ok' | 'propagating' | 'missing' | 'mismatch' | 'unknown';

/** What one server showed. `unknown`: it was not reached. */
export type ServerStatus = {
  readonly server: string;
  readonly status: RecordStatus;
  /** How long resolvers may keep this answer. */
  readonly ttlSeconds: number | undefined;
};

/** What a look-up saw of a record. */
export type SeenRecord = { readonly status: RecordStatus; readonly found: readonly string[] };

/** A record with the result of its look-up. Stored as JSON with the domain, so the time is text. */
export type CheckedRecord = ExpectedRecord & {
  readonly status: RecordStatus;
  readonly found: readonly string[];
  /** Of a record for which DNS did not answer: what the last answer was. */
  readonly lastSeen?: SeenRecord;
  readonly hint: string | undefined;
  readonly servers: readonly ServerStatus[];
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

/** How the owner publishes DKIM keys: as TXT, or as CNAME to a name at which the operator publishes the TXT. */
export const dkimRecordTypes = ['txt', 'cname'] as const;
export type DkimRecordType = (typeof dkimRecordTypes)[number];

/** The parts of a sender domain that its records depend on. */
export type NamedDomain = {
  readonly id: string;
  /** `undefined`: a domain of the installation. */
  readonly accountId: string | undefined;
  readonly domain: string;
  /** The host of links and pixels; `undefined`: none of its own. */
  readonly trackingHost: string | undefined;
  readonly dkimRecord: DkimRecordType;
};

/** The names of the installation that the records of an account point at. */
export type Installation = {
  readonly hostName: string;
  readonly returnPathDomain: string;
  /** The host of the tracker; `undefined`: it has no name in DNS. */
  readonly trackerHost?: string | undefined;
  /** The domain below which the operator publishes DKIM keys for CNAME records; `undefined`: none. */
  readonly dkimDomain?: string | undefined;
};

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

/** The name at which the operator publishes a key. The id of the domain keeps selectors of two accounts apart. */
const dkimTarget = (selector: string, { id }: Pick<NamedDomain, 'id'>, dkimDomain: string): string =>
  `${selector}.${publicId('dom', id).replace('_', '-')}.${dkimDomain}`;

/** The record of the owner for a key. Without a domain for CNAME targets it is a TXT record. */
function ownersDkimRecord(row: NamedDomain, key: PublishedKey, { dkimDomain }: Installation): ExpectedRecord {
  const record = dkimRecordOf(row.domain, key);
  if (row.dkimRecord === 'txt' || dkimDomain === undefined) return record;
  return {
    ...record,
    type: 'CNAME',
    value: dkimTarget(key.selector, row, dkimDomain),
    keyRecord: record.value,
  };
}

/** The CNAME records of selectors that have no key yet: published once, they spare the owner every later rotation. */
function freeSlotRecords(
  row: NamedDomain,
  keys: readonly PublishedKey[],
  { dkimDomain }: Installation,
): readonly ExpectedRecord[] {
  if (row.dkimRecord === 'txt' || dkimDomain === undefined) return [];
  const selectors = slots.flatMap((slot) =>
    (['rsa', 'ed25519'] as const).map((algorithm) => slotSelector({ ...row, algorithm }, slot)),
  );
  return selectors
    .filter((selector) => !keys.some((key) => key.selector === selector))
    .map((selector) => ({
      purpose: 'dkim',
      type: 'CNAME',
      name: dkimName(selector, row.domain),
      value: dkimTarget(selector, row, dkimDomain),
      required: false,
    }));
}

/** The host of the return path of a domain: below the domain, so that SPF aligns. RFC 9989 §4.4.2. */
export const returnPathHost = (domain: string): string => `bounce.${domain}`;

/** The value of the ownership record. The id of the domain is unknown to other accounts, and new whenever the domain is added. */
export const ownershipValue = (id: string): string => `waybill-verification=${publicId('dom', id)}`;

const ownershipRecord = ({ id, domain }: NamedDomain): ExpectedRecord => ({
  purpose: 'ownership',
  type: 'TXT',
  name: `_waybill.${domain}`,
  value: ownershipValue(id),
  // The DKIM key exists once and proves ownership too. This record decides when another account holds the domain.
  required: false,
});

const trackingRecords = (
  { trackingHost }: NamedDomain,
  { trackerHost }: Installation,
): readonly ExpectedRecord[] =>
  trackingHost === undefined || trackerHost === undefined
    ? []
    : [{ purpose: 'tracking', type: 'CNAME', name: trackingHost, value: trackerHost, required: false }];

/** The records that a domain needs. */
export function expectedRecords(
  row: NamedDomain,
  keys: readonly PublishedKey[],
  installation: Installation,
): readonly ExpectedRecord[] {
  const { domain } = row;
  const bounce = returnPathHost(domain);
  return [
    ...keys.map((key) => ownersDkimRecord(row, key, installation)),
    ...freeSlotRecords(row, keys, installation),
    ownershipRecord(row),
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
    ...trackingRecords(row, installation),
  ];
}

/** The records that the operator publishes for keys behind CNAME records. */
export const operatorRecords = (
  row: NamedDomain,
  keys: readonly PublishedKey[],
  installation: Installation,
): readonly ExpectedRecord[] =>
  keys.flatMap((key) => {
    const { type, value, keyRecord } = ownersDkimRecord(row, key, installation);
    if (type !== 'CNAME' || keyRecord === undefined) return [];
    return [{ purpose: 'dkim', type: 'TXT', name: value, value: keyRecord, required: true } as const];
  });

/** A record that was not looked up yet. */
export const unchecked = (record: ExpectedRecord): CheckedRecord => ({
  ...record,
  status: 'unknown',
  found: [],
  hint: undefined,
  servers: [],
  checkedAt: undefined,
});

/** The status of a sender domain. `degraded`: it was verified, and a required record is missing now. */
export type DomainStatus = 'pending' | 'verified' | 'degraded';

const isUndecided = ({ status }: CheckedRecord): boolean => status === 'unknown' || status === 'propagating';

/** The domain status after a look-up. A verified domain is degraded by an answer without a required record, not by a DNS failure. */
export function domainStatusAfter(before: DomainStatus, records: readonly CheckedRecord[]): DomainStatus {
  const required = records.filter((record) => record.required);
  if (required.length > 0 && required.every(({ status }) => status === 'ok')) return 'verified';
  const lost = required.filter(({ status }) => status === 'missing' || status === 'mismatch');
  if (lost.length === 0 || required.some(isUndecided)) return before;
  return before === 'pending' ? 'pending' : 'degraded';
}

/** The return path of a domain of an account, with the status of its records. */
export type OwnReturnPath = { readonly host: string; readonly status: DomainStatus };

/** The status of a part of the domain, by the rule of the domain status: all its records are required. */
const partStatusAfter =
  (purposes: readonly RecordPurpose[]) =>
  (before: DomainStatus, records: readonly CheckedRecord[]): DomainStatus =>
    domainStatusAfter(
      before,
      records
        .filter(({ purpose }) => purposes.includes(purpose))
        .map((record) => ({ ...record, required: true })),
    );

/** The status of the return path. Without MX bounces are lost; without SPF receivers distrust the mail. */
export const returnPathStatusAfter = partStatusAfter(['return_path', 'spf']);

/** The status of the tracking host. Links use it while it is verified. */
export const trackingStatusAfter = partStatusAfter(['tracking']);

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
