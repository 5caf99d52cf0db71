/** The operator's rules for replies: listed with the built-in ones, changed, and tried. */
import { parseFeedbackReport } from '@waybill/mail/arf';
import { parseDsn } from '@waybill/mail/dsn';
import { parseReply } from '@waybill/mail/reply';
import type { Phase } from '@waybill/mail/smtp-phase';
import { type BuiltInRule, bounceRules } from '../delivery/bounce-rules.ts';
import { classifyReply, ruleAmong } from '../delivery/classify-reply.ts';
import { classifyDsn, classifyFeedback, type ReportClassification } from '../delivery/classify-report.ts';
import { runningRule } from '../delivery/own-rule.ts';
import { suppressionBy } from '../delivery/suppression-rule.ts';
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { orNull } from './or-null.ts';
import type { BounceRuleChange, BounceRuleRecord, NewBounceRule } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';

type RulePorts = Ports<'bounceRules'>;

/** Each reply is compared with all of them. */
const MOST_RULES = 200;

export const ownRuleView = (row: BounceRuleRecord) => ({
  id: publicId('rule', row.id),
  kind: 'own' as const,
  position: row.position,
  pattern: row.pattern,
  category: row.category,
  party: row.party,
  outcome: orNull(row.outcome),
  note: row.note,
  created_at: row.createdAt.toISOString(),
});

const builtInView = ({ pattern, category, party, outcome, reply }: BuiltInRule) => ({
  id: null,
  kind: 'built_in' as const,
  position: bounceRules.findIndex((rule) => rule.pattern === pattern) + 1,
  pattern: pattern.source,
  category,
  party,
  outcome: orNull(outcome),
  note: reply,
  created_at: null,
});

/** In the order in which they are tried. */
export async function listBounceRules({ stores }: Pick<RulePorts, 'stores'>) {
  const own = await stores.bounceRules.list();
  return [...own.map(ownRuleView), ...bounceRules.map(builtInView)];
}

const readable = (pattern: string): string => {
  if (pattern.replaceAll('*', '').trim().length < 3)
    throw faultAt('/pattern', 'must have at least three characters beside *');
  return pattern;
};

export async function createBounceRule(
  asked: Omit<NewBounceRule, 'id' | 'createdAt'>,
  caller: Caller,
  ports: RulePorts,
): Promise<BounceRuleRecord> {
  const rule = { ...asked, pattern: readable(asked.pattern), id: newId(ports), createdAt: ports.now() };
  const row = await ports.stores.bounceRules.create(rule, MOST_RULES);
  if (row === undefined) throw faultAt('', `there are ${MOST_RULES} rules already, which is the most`);
  const after = ownRuleView(row);
  await audit(caller, { action: 'bounce_rule.created', target: after.id, after }, ports);
  return row;
}

export async function changeBounceRule(
  { id, change }: { readonly id: string; readonly change: BounceRuleChange },
  caller: Caller,
  ports: RulePorts,
): Promise<BounceRuleRecord> {
  if (change.pattern !== undefined) readable(change.pattern);
  const before = found((await ports.stores.bounceRules.list()).find((rule) => rule.id === id));
  const row = found(await ports.stores.bounceRules.change(id, change));
  const target = publicId('rule', id);
  const states = { before: ownRuleView(before), after: ownRuleView(row) };
  await audit(caller, { action: 'bounce_rule.changed', target, ...states }, ports);
  return row;
}

export async function removeBounceRule(id: string, caller: Caller, ports: RulePorts): Promise<void> {
  const rule = found((await ports.stores.bounceRules.list()).find((one) => one.id === id));
  found((await ports.stores.bounceRules.remove(id)) || undefined);
  const before = ownRuleView(rule);
  await audit(caller, { action: 'bounce_rule.deleted', target: before.id, before }, ports);
}

export type Tried =
  | { readonly reply: string; readonly phase: Phase; readonly recipient: string }
  /** A message as it came to a return path. */
  | { readonly report: Buffer; readonly recipient: string };

/** What the engine would make of a reply, or the worker of a report. Nothing is changed. */
export async function tryBounceRules(tried: Tried, { stores, now }: Pick<RulePorts, 'stores' | 'now'>) {
  const records = await stores.bounceRules.list();
  const own = records.map(runningRule);
  const ruleOf = (text: string) => {
    const mine = ruleAmong(text, own);
    const row = records.find(({ id }) => id === mine?.id);
    if (row !== undefined) return ownRuleView(row);
    const builtIn = ruleAmong(text, bounceRules);
    return builtIn === undefined ? null : builtInView(builtIn);
  };
  if ('report' in tried)
    return reportAnswer(tried.report, { recipient: tried.recipient, own, now: now(), ruleOf });
  const { phase, recipient } = tried;
  const reply = parseReply(tried.reply);
  const { outcome, category, party, reason } = classifyReply(reply, phase, own);
  const suppressing =
    outcome === 'bounced' && suppressionBy({ kind: 'words', recipient, phase, ...reply }, now(), own);
  return {
    read_as: 'reply' as const,
    outcome,
    category: orNull(category),
    party: orNull(party),
    reason,
    suppresses: suppressing !== false && suppressing !== undefined,
    rule: outcome === 'delivered' ? null : ruleOf(reply.text),
  };
}

type Trial = {
  readonly recipient: string;
  readonly own: readonly ReturnType<typeof runningRule>[];
  readonly now: Date;
  readonly ruleOf: (text: string) => ReturnType<typeof ownRuleView> | ReturnType<typeof builtInView> | null;
};

const textIn = ({ detail }: ReportClassification, name: string): string | null => {
  const value = detail[name];
  return typeof value === 'string' ? value : null;
};

function reportAnswer(bytes: Buffer, { recipient, own, now, ruleOf }: Trial) {
  const feedback = parseFeedbackReport(bytes);
  const dsn = feedback === undefined ? parseDsn(bytes) : undefined;
  if (feedback === undefined && dsn === undefined)
    throw faultAt('/report', 'is no delivery status notification and no feedback report');
  const reported = { recipient, status: 'queued', receivedAt: now } as const;
  const classified = feedback ? classifyFeedback(feedback) : classifyDsn(dsn ?? noDsn, reported, own);
  const reply = textIn(classified, 'reply');
  return {
    read_as: feedback === undefined ? ('dsn' as const) : ('feedback' as const),
    outcome: classified.outcome,
    category: textIn(classified, 'category'),
    party: textIn(classified, 'party'),
    reason: classified.detail.reason,
    suppresses: classified.outcome === 'complained' || classified.suppress !== undefined,
    rule: reply === null ? null : ruleOf(reply),
  };
}

const noDsn = { reportingMta: undefined, recipients: [] };
