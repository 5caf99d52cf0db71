/** Looks one record up at several servers, and where it is not as expected, looks for the usual mistakes. */
import { type Comparison, compareFound } from './compare-record.ts';
import { firstAnswer, recordsOfReply, referenceOf, type View } from './domain-dns.ts';
import type { CheckedRecord, ExpectedRecord, ServerStatus } from './domain-records.ts';
import { type Checking, explainMismatch, explainMissing, lookFurther } from './record-mistakes.ts';

type Outcome = Pick<CheckedRecord, 'status' | 'hint'>;

type Compared = { readonly view: View; readonly comparison: Comparison | undefined };

const compareView =
  (record: ExpectedRecord) =>
  (view: View): Compared => {
    const found = recordsOfReply(view.reply);
    return { view, comparison: found && compareFound(record, found) };
  };

const serverStatus = ({ view: { server, reply }, comparison }: Compared): ServerStatus => ({
  server,
  status: comparison?.status ?? 'unknown',
  ttlSeconds: reply.kind === 'temporary' ? undefined : reply.ttlSeconds,
});

const MINUTE_SECONDS = 60;

function inWords(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / MINUTE_SECONDS));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Servers that still show an old answer, and until when they may. */
function propagating(late: readonly Compared[]): Outcome {
  const servers = late.map(({ view }) => view.server).join(', ');
  const ttls = late.flatMap(({ view: { reply } }) => (reply.kind === 'temporary' ? [] : [reply.ttlSeconds]));
  return {
    status: 'propagating',
    hint: `Published. Not yet seen by ${servers}, TTL ${inWords(Math.max(...ttls))}.`,
  };
}

/** Adds what DNS shows elsewhere: under a wrong name, behind a proxy, in the policy of a parent. */
async function explained(
  record: ExpectedRecord,
  { view, comparison }: Compared,
  checking: Checking,
): Promise<Outcome> {
  if (comparison?.status === 'mismatch') {
    const hint = explainMismatch(record, recordsOfReply(view.reply) ?? [], checking.all);
    return { status: 'mismatch', hint: hint ?? comparison.hint };
  }
  return explainMissing(record, checking);
}

type Agreed =
  /** No server that counts has the record; the first one of them is the example. */
  | { readonly kind: 'none'; readonly first: Compared }
  | { readonly kind: 'some'; readonly outcome: Outcome }
  | { readonly kind: 'all'; readonly comparison: Comparison };

/** What the servers say together. */
function agreedOf(compared: readonly Compared[]): Agreed {
  const reference = referenceOf(compared.map(({ view }) => view));
  const inReference = compared.filter(({ view }) => reference.includes(view));
  const [first] = inReference;
  if (first === undefined)
    return { kind: 'some', outcome: { status: 'unknown', hint: 'DNS did not answer. Try again.' } };
  const good = inReference.find(({ comparison }) => comparison?.status === 'ok');
  if (good?.comparison === undefined) return { kind: 'none', first };
  const late = compared.filter(({ comparison }) => comparison !== undefined && comparison.status !== 'ok');
  return late.length > 0
    ? { kind: 'some', outcome: propagating(late) }
    : { kind: 'all', comparison: good.comparison };
}

/** A CNAME to our name serves only while the operator publishes the key there, where every server sees it. */
async function keyBehind(record: ExpectedRecord, { dns }: Checking): Promise<Outcome | undefined> {
  const { type, keyRecord, value: name } = record;
  if (type !== 'CNAME' || keyRecord === undefined) return undefined;
  const text: ExpectedRecord = { ...record, name, type: 'TXT', value: keyRecord };
  const agreed = agreedOf((await dns.ask(name, 'TXT')).map(compareView(text)));
  if (agreed.kind === 'all') return undefined;
  if (agreed.kind === 'some') return agreed.outcome;
  return {
    status: 'mismatch',
    hint: 'The CNAME is right. The operator does not publish the key at its target yet.',
  };
}

async function outcomeOf(
  record: ExpectedRecord,
  compared: readonly Compared[],
  checking: Checking,
): Promise<Outcome> {
  const agreed = agreedOf(compared);
  if (agreed.kind === 'some') return agreed.outcome;
  if (agreed.kind === 'none') return explained(record, agreed.first, checking);
  return (await keyBehind(record, checking)) ?? (await lookFurther(record, checking)) ?? agreed.comparison;
}

/** Checks one record. A server that was not reached is named as not asked, and takes no part. */
export async function checkRecord(record: ExpectedRecord, checking: Checking): Promise<CheckedRecord> {
  const { dns, zone, checkedAt } = checking;
  const views = await dns.ask(record.name, record.type, zone);
  const compared = views.map(compareView(record));
  return {
    ...record,
    ...(await outcomeOf(record, compared, checking)),
    found: firstAnswer(views) ?? [],
    servers: compared.map(serverStatus),
    checkedAt: checkedAt.toISOString(),
  };
}
