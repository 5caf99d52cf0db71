/** The answers of the sandbox name server: for `.test` the records that Waybill asks for, for every other domain none. */

import type { ZoneDomain } from '@waybill/io/postgres/mail-store/sandbox-zone';
import {
  type ExpectedRecord,
  expectedRecords,
  type Installation,
  operatorRecords,
} from '@waybill/relay/domains/domain-records';

export type Answer = { readonly type: 'TXT' | 'MX' | 'A' | 'CNAME' | 'SOA'; readonly data: unknown };
export type Response = 'no_domain' | readonly Answer[];

export type Question = { readonly name: string; readonly type: string };

export type ZoneFacts = {
  readonly domains: readonly ZoneDomain[];
  readonly installation: Installation;
};

/** The host that receives mail for every other `.test` domain. */
const sandboxHost = 'mx.sandbox.test';
const loopback = '127.0.0.1';
const txtString = /.{1,255}/gs;

const mx = (value: string): Answer => {
  const [preference = '10', exchange = sandboxHost] = value.split(' ');
  return { type: 'MX', data: { preference: Number(preference), exchange } };
};
/** RFC 1035 §3.3.14: character-strings of at most 255 bytes. */
const txt = (value: string): Answer => ({ type: 'TXT', data: value.match(txtString) ?? [''] });

const writing: Readonly<Record<ExpectedRecord['type'], (value: string) => Answer>> = {
  MX: mx,
  TXT: txt,
  CNAME: (data) => ({ type: 'CNAME', data }),
};
const written = ({ type, value }: ExpectedRecord): Answer => writing[type](value);

/** What the owners publish, and what the operator publishes for keys behind a CNAME. */
const recordsOf = ({ domains, installation }: ZoneFacts): readonly ExpectedRecord[] =>
  domains.flatMap((row) => [
    ...expectedRecords(row, row.keys, installation),
    ...operatorRecords(row, row.keys, installation),
  ]);

/** Each sender domain is a zone of its own. RFC 1035 §3.3.13. */
const soa = (zone: string): Answer => ({
  type: 'SOA',
  data: {
    mname: 'localhost',
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: 1,
  },
});

const zoneRecords = (name: string, { domains }: ZoneFacts): readonly Answer[] =>
  name.split('.').length === 2 || domains.some(({ domain }) => domain === name) ? [soa(name)] : [];

/** A name with a CNAME answers every question with it, and with the records of its target. RFC 1034 §3.6.2. */
function aliased(records: readonly Answer[], facts: ZoneFacts, type: string): readonly Answer[] {
  const alias = records.find((record) => record.type === 'CNAME');
  if (alias === undefined || type === 'CNAME') return records;
  const target = recordsOf(facts).filter(({ name }) => name === alias.data);
  return [alias, ...target.map(written)];
}

/** The return path of the installation: its MX is the return-path listener, and its SPF record allows this machine. */
function ownRecords(name: string, { installation }: ZoneFacts): readonly Answer[] {
  if (name !== installation.returnPathDomain) return [];
  return [mx(`10 ${installation.hostName}`), txt(`v=spf1 ip4:${loopback} ip6:::1 -all`)];
}

/** Two accounts that register one domain need the same policy records, and two SPF records are an error. RFC 7208 §4.5. */
const distinct = (answers: readonly Answer[]): readonly Answer[] => [
  ...new Map(answers.map((answer) => [JSON.stringify(answer), answer])).values(),
];

const isMailDomain = (name: string): boolean => !name.split('.').some((label) => label.startsWith('_'));

export function answerTo({ name, type }: Question, facts: ZoneFacts): Response {
  const asked = name.toLowerCase().replace(/\.$/, '');
  if (!asked.endsWith('.test')) return 'no_domain';
  const records = [
    ...recordsOf(facts)
      .filter((record) => record.name === asked)
      .map(written),
    ...ownRecords(asked, facts),
    ...zoneRecords(asked, facts),
  ];
  const answers = distinct(
    aliased(records, facts, type).filter((record) => record.type === type || record.type === 'CNAME'),
  );
  if (answers.length > 0 || !isMailDomain(asked)) return answers;
  if (type === 'MX') return [mx(`10 ${sandboxHost}`)];
  return type === 'A' ? [{ type: 'A', data: loopback }] : [];
}
