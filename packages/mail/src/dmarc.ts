/** DMARC policy records: their syntax, and the names under which receivers look for one. RFC 9989. */
import { parseTags } from './signing/dkim-record.ts';

/** A policy record. A fault makes receivers ignore the record or a tag; a note does no harm. */
export type DmarcRecord = {
  readonly tags: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
  readonly notes: readonly string[];
};

const version = /^v\s*=\s*DMARC1\s*(?:;|$)/;
const policy = /^(?:none|quarantine|reject)$/i;
const alignment = /^[rs]$/i;
/** RFC 3986: a scheme, then anything that holds no separator of the list. */
const uriList = /^\s*[a-z][a-z0-9+.-]*:[^\s,;]+(?:\s*,\s*[a-z][a-z0-9+.-]*:[^\s,;]+)*\s*$/i;

/** The values of the tags that RFC 9989 §4.7 knows. Receivers ignore other tags. */
const values: Readonly<Record<string, RegExp>> = {
  p: policy,
  sp: policy,
  np: policy,
  adkim: alignment,
  aspf: alignment,
  t: /^[yn]$/i,
  psd: /^[ynu]$/i,
  fo: /^[01ds](?:\s*:\s*[01ds])*$/i,
  rua: uriList,
  ruf: uriList,
};
/** Tags of RFC 7489 that RFC 9989 removed. */
const removed: readonly string[] = ['pct', 'rf', 'ri'];

/** Whether a TXT value is meant as a DMARC record. Values of other services may stand beside it. */
export const isDmarcRecord = (text: string): boolean => version.test(text);

/** Reads a TXT value; `undefined`: it is no DMARC record. */
export function parseDmarcRecord(text: string): DmarcRecord | undefined {
  if (!isDmarcRecord(text)) return undefined;
  const tags = parseTags(text);
  if (tags === undefined)
    return { tags: new Map(), faults: ['a tag has no "=", or stands twice'], notes: [] };
  const faults = [...tags].flatMap(([name, value]) =>
    values[name] === undefined || values[name].test(value) ? [] : [`${name}=${value} is no valid value`],
  );
  if (!tags.has('p')) faults.push('there is no policy (p=none, p=quarantine or p=reject)');
  const notes = removed
    .filter((name) => tags.has(name))
    .map((name) => `${name}= was removed by RFC 9989, and receivers ignore it`);
  return { tags, faults, notes };
}

const LONGEST_WALK = 8;

/**
 * The domains whose record applies when the domain has none, the nearest first. A domain with eight labels or more is cut to seven
 * at once, so that the number of queries is bounded. RFC 9989 §4.10.
 */
export function domainsOfTreeWalk(domain: string): readonly string[] {
  const labels = domain.split('.');
  const from = labels.length >= LONGEST_WALK ? labels.length - LONGEST_WALK + 1 : 1;
  return labels.slice(from).map((_, index) => labels.slice(from + index).join('.'));
}
