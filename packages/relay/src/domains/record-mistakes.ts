/** The usual mistakes in DNS panels: what stands elsewhere when a record is not where it must be. */
import { domainsOfTreeWalk, isDmarcRecord } from '@waybill/mail/dmarc';
import { isSpfRecord, MAX_SPF_LOOK_UPS, spfLookUps } from '@waybill/mail/spf';
import { compareFound } from './compare-record.ts';
import { type DomainDns, firstAnswer, type Zone } from './domain-dns.ts';
import { type CheckedRecord, type ExpectedRecord, returnPathHost } from './domain-records.ts';

/** The circumstances of a check, the same for all records of a domain. */
export type Checking = {
  readonly dns: DomainDns;
  readonly domain: string;
  readonly zone: Zone;
  /** The other records of the domain: a value may stand under the name of another one. */
  readonly all: readonly ExpectedRecord[];
  readonly checkedAt: Date;
};

type Outcome = Pick<CheckedRecord, 'status' | 'hint'>;
type Explain = (record: ExpectedRecord, checking: Checking) => Promise<Outcome | undefined>;

const missing = (hint: string): Outcome => ({ status: 'missing', hint });
const mismatch = (hint: string): Outcome => ({ status: 'mismatch', hint });

/** The value of another record of ours under this name. */
export function explainMismatch(
  record: ExpectedRecord,
  found: readonly string[],
  all: readonly ExpectedRecord[],
): string | undefined {
  const swapped = all.find(
    (other) =>
      other !== record &&
      other.name !== record.name &&
      other.purpose === record.purpose &&
      compareFound(other, found).status === 'ok',
  );
  return (
    swapped &&
    `This is the value of ${swapped.name}. Each selector has a key of its own: enter each value under its own name.`
  );
}

/** The first of these names under which the record stands. */
async function placeOf(
  names: readonly string[],
  record: ExpectedRecord,
  { dns, zone }: Checking,
): Promise<string | undefined> {
  const stands = await Promise.all(
    names.map(async (name) => {
      const found = firstAnswer(await dns.ask(name, record.type, zone));
      return found !== undefined && compareFound(record, found).status === 'ok';
    }),
  );
  return names.find((_, index) => stands[index]);
}

const doubledDomain: Explain = async (record, checking) => {
  const { domain, zone } = checking;
  const zones = new Set([domain, ...(zone.kind === 'found' ? [zone.name] : [])]);
  const name = await placeOf(
    [...zones].map((one) => `${record.name}.${one}`),
    record,
    checking,
  );
  if (name === undefined) return undefined;
  return missing(
    `The record is under ${name}, a name that has the domain twice. Enter the name without the domain in this panel.`,
  );
};

/** Names under which keys are published by mistake: without the selector, without `_domainkey`, or under a common selector. */
const wrongSelectors = (name: string, domain: string): readonly string[] => {
  const selector = name.slice(0, name.indexOf('._domainkey.'));
  return [
    `${selector}.${domain}`,
    `_domainkey.${domain}`,
    ...['default', 'dkim', 'mail', 'selector1', selector.split('-')[0] ?? ''].map(
      (one) => `${one}._domainkey.${domain}`,
    ),
  ].filter((one) => one !== name);
};

const wrongSelector: Explain = async (record, checking) => {
  if (record.purpose !== 'dkim') return undefined;
  const name = await placeOf(wrongSelectors(record.name, checking.domain), record, checking);
  if (name === undefined) return undefined;
  return missing(
    `The key is under ${name}, where receivers do not look for it. Its name must be ${record.name}.`,
  );
};

/** A key that stands as TXT where a CNAME was asked for serves as well, until it is replaced. */
const keyAsText: Explain = async (record, { dns, zone }) => {
  if (record.type !== 'CNAME' || record.keyRecord === undefined) return undefined;
  const text: ExpectedRecord = { ...record, type: 'TXT', value: record.keyRecord };
  const found = firstAnswer(await dns.ask(record.name, 'TXT', zone)) ?? [];
  return compareFound(text, found).status === 'ok'
    ? {
        status: 'ok',
        hint: 'The key is a TXT record. With a CNAME record the operator renews it for you.',
      }
    : undefined;
};

const addressesOf = async (dns: DomainDns, host: string): Promise<readonly string[]> => {
  const found = await Promise.all((['A', 'AAAA'] as const).map((type) => dns.ask(host, type)));
  return found.flatMap((views) => firstAnswer(views) ?? []);
};

/** A name with addresses where a CNAME was asked for: the DNS provider resolves the CNAME itself, or stands in between. */
const addressesInstead: Explain = async (record, { dns }) => {
  if (record.type !== 'CNAME') return undefined;
  const [own, target] = await Promise.all([addressesOf(dns, record.name), addressesOf(dns, record.value)]);
  if (own.length === 0) return undefined;
  return own.every((address) => target.includes(address))
    ? mismatch(
        `The DNS provider answers with addresses instead of the CNAME (CNAME flattening). Turn it off for this name, or the record breaks when the addresses of ${record.value} change.`,
      )
    : mismatch(
        `The name leads to ${own.slice(0, 2).join(', ')} and not to ${record.value}, as behind a proxy. Switch the proxy off for this record (DNS only).`,
      );
};

/** The policy of a parent domain applies. RFC 9989 §4.10. */
const policyOfParent: Explain = async ({ purpose }, { dns, domain }) => {
  if (purpose !== 'dmarc') return undefined;
  for (const parent of domainsOfTreeWalk(domain)) {
    const policies = (firstAnswer(await dns.ask(`_dmarc.${parent}`, 'TXT')) ?? []).filter(isDmarcRecord);
    if (policies.length === 1) return { status: 'ok', hint: `The policy of _dmarc.${parent} applies.` };
  }
  return undefined;
};

const noZone: Explain = async (_record, { zone, domain }) =>
  zone.kind === 'missing'
    ? missing(
        `DNS does not know ${domain}: there is no SOA record. Register the domain, or create its zone at the DNS provider.`,
      )
    : undefined;

const explanations: readonly Explain[] = [
  noZone,
  policyOfParent,
  keyAsText,
  addressesInstead,
  doubledDomain,
  wrongSelector,
];

const gone = (until: Date): string =>
  `Mail that was signed with this key may still arrive. Add the record again and keep it until ${until.toISOString()}.`;

const notYet =
  'There is no record yet. A new record may take minutes to hours, until the old answer expires.';

/** Why a record is missing, or that something else serves as well. */
export async function explainMissing(record: ExpectedRecord, checking: Checking): Promise<Outcome> {
  if (record.wantedUntil) return missing(gone(record.wantedUntil));
  for (const explain of explanations) {
    const outcome = await explain(record, checking);
    if (outcome !== undefined) return outcome;
  }
  return missing(notYet);
}

/** Counts the look-ups of a policy and of those it includes, up to the first one too many. */
async function countSpfLookUps(text: string, dns: DomainDns): Promise<number> {
  const waiting = [text];
  let total = 0;
  for (
    let policy = waiting.pop();
    policy !== undefined && total <= MAX_SPF_LOOK_UPS;
    policy = waiting.pop()
  ) {
    const { count, domains } = spfLookUps(policy);
    total += count;
    for (const domain of domains.slice(0, MAX_SPF_LOOK_UPS)) {
      const included = (firstAnswer(await dns.ask(domain, 'TXT')) ?? []).find(isSpfRecord);
      if (included !== undefined) waiting.push(included);
    }
  }
  return total;
}

async function tooManyLookUps({ dns, domain, zone }: Checking): Promise<Outcome | undefined> {
  const found = firstAnswer(await dns.ask(returnPathHost(domain), 'TXT', zone)) ?? [];
  const count = await countSpfLookUps(found.find(isSpfRecord) ?? '', dns);
  return count > MAX_SPF_LOOK_UPS
    ? mismatch(
        `This policy needs more than ${MAX_SPF_LOOK_UPS} DNS look-ups, and receivers then refuse to read it. Remove what you do not need. RFC 7208 §4.6.4.`,
      )
    : undefined;
}

/** What an SPF record needs besides its value; `undefined`: nothing is wrong. */
export const lookFurther = async (
  { purpose }: ExpectedRecord,
  checking: Checking,
): Promise<Outcome | undefined> => (purpose === 'spf' ? tooManyLookUps(checking) : undefined);
