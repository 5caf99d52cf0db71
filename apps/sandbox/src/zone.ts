/** The answers of the sandbox name server: for `.test` the records that Waybill asks for, for every other domain none. */

import type { ZoneDomain } from '@waybill/io/postgres/mail-store/sandbox-zone';
import {
  type ExpectedRecord,
  expectedRecords,
  type Installation,
} from '@waybill/relay/domains/domain-records';

export type Answer = { readonly type: 'TXT' | 'MX' | 'A'; readonly data: unknown };
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

const written = ({ type, value }: ExpectedRecord): Answer => (type === 'MX' ? mx(value) : txt(value));

const recordsOf = ({ domains, installation }: ZoneFacts): readonly ExpectedRecord[] =>
  domains.flatMap(({ domain, keys }) => expectedRecords(domain, keys, installation));

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
  ];
  const answers = distinct(records.filter((record) => record.type === type));
  if (answers.length > 0 || !isMailDomain(asked)) return answers;
  if (type === 'MX') return [mx(`10 ${sandboxHost}`)];
  return type === 'A' ? [{ type: 'A', data: loopback }] : [];
}
