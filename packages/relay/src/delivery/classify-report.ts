/** Classifies a report for a delivery: a delivery status notification (RFC 3464) or a feedback report (RFC 5965). */
import { foldedAddress } from '@waybill/mail/address';
import type { FeedbackReport } from '@waybill/mail/arf';
import type { Dsn, DsnRecipient } from '@waybill/mail/dsn';
import { type EnhancedStatus, formatStatus, meaningOf } from '@waybill/mail/enhanced-status';
import type { DeliveryStatus } from '../events/event.ts';
import type { BounceRule } from './bounce-rules.ts';
import { classifyReply } from './classify-reply.ts';
import type { Classification, ReportOutcome } from './outcome.ts';
import { type Suppressing, suppressionBy } from './suppression-rule.ts';

/** The meaning of a report. `noted`: the report is not final, changes no status, and is shown in the trace. */
export type ReportClassification = {
  readonly outcome: ReportOutcome;
  /** With `bounced` only: the recipient is to be suppressed. */
  readonly suppress?: Suppressing | undefined;
  readonly detail: ReportDetail;
};

/** The detail of the event, with the reason in one sentence. */
export type ReportDetail = Readonly<Record<string, unknown>> & { readonly reason: string };

/** The delivery that a report is about, as it is stored. */
export type Reported = {
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly receivedAt: Date;
};

/** The code for a permanent failure whose report has no code. RFC 5321 §4.2.2. */
const FAILED = 550;

/** `ours`: the report names our recipient. `member`: it names an address that our recipient was expanded to. `other`: unclear. */
export type Naming = 'ours' | 'member' | 'other';

const isSame = (address: string | undefined, recipient: string): boolean =>
  address !== undefined && foldedAddress(address) === foldedAddress(recipient);

/**
 * How the report names our recipient. Final-Recipient is the failed address; Original-Recipient may be an alias with many members.
 * RFC 3464 §2.3.1, §2.3.2.
 */
function namingOf({ finalRecipient, originalRecipient }: DsnRecipient, recipient: string): Naming {
  const isOriginal = isSame(originalRecipient, recipient);
  if (finalRecipient === undefined) return isOriginal ? 'ours' : 'other';
  if (!isSame(finalRecipient, recipient)) return isOriginal ? 'member' : 'other';
  return originalRecipient === undefined || isOriginal ? 'ours' : 'other';
}

const order: readonly Naming[] = ['ours', 'member', 'other'];

/** The recipient block of a report for our recipient: preferably one that names it, and among these a failed one. */
function partAbout(dsn: Dsn, recipient: string): DsnRecipient | undefined {
  const rank = (one: DsnRecipient): number =>
    order.indexOf(namingOf(one, recipient)) * 2 + (one.action === 'failed' ? 0 : 1);
  return dsn.recipients.toSorted((a, b) => rank(a) - rank(b))[0];
}

const codeIn = (diagnostic = ''): number | undefined => {
  const [code] = /^[2-5]\d\d\b/.exec(diagnostic) ?? [];
  return code === undefined ? undefined : Number(code);
};

/** The reply in a recipient block. A report without a code is final too: no server tries again. */
const replyOf = ({ status, diagnostic = '' }: DsnRecipient) => ({
  code: codeIn(diagnostic) ?? FAILED,
  text: diagnostic,
  ...(status && { status }),
});

/** Category and party by the rules for replies, because a report quotes the reply of a server. */
function meaningOfPart(
  part: DsnRecipient,
  own: readonly BounceRule[],
): Pick<Classification, 'category' | 'party'> {
  const { category, party } = classifyReply(replyOf(part), 'dot', own);
  return { category, party };
}

/** The suppression that follows from a recipient block. Only `failed` is final (RFC 3464 §2.3.3), and a block needs a status (§2.3.4). */
function suppressionByReport(
  part: DsnRecipient,
  { recipient, receivedAt }: Reported,
  own: readonly BounceRule[],
): Suppressing | undefined {
  if (part.action !== 'failed' || part.status === undefined) return undefined;
  if (namingOf(part, recipient) !== 'ours') return undefined;
  const evidence = { kind: 'words', recipient, phase: 'dot', ...replyOf(part) } as const;
  return suppressionBy(evidence, receivedAt, own);
}

const meaning = (status: EnhancedStatus | undefined): string =>
  status === undefined ? '' : ` (${formatStatus(status)}: ${meaningOf(status) ?? 'unknown code'})`;

const detailOf = (dsn: Dsn, found: DsnRecipient, reason: string): ReportDetail => ({
  reason,
  action: found.action,
  code: codeIn(found.diagnostic),
  enhanced_code: found.status && formatStatus(found.status),
  reply: found.diagnostic,
  mx_host: found.remoteMta ?? dsn.reportingMta,
  reported_recipient: found.finalRecipient ?? found.originalRecipient,
});

type Found = { readonly found: DsnRecipient; readonly own: readonly BounceRule[] };

function bounced(dsn: Dsn, { found, own }: Found, reported: Reported): ReportClassification {
  const who = dsn.reportingMta ?? 'a server on the way';
  const reason = `A report of ${who} says that it could not be delivered${meaning(found.status)}.`;
  return {
    outcome: 'bounced',
    suppress: suppressionByReport(found, reported, own),
    detail: { ...detailOf(dsn, found, reason), ...meaningOfPart(found, own) },
  };
}

/**
 * Classifies a DSN for the one delivery whose return path received it. The failure of one member of an alias does not change
 * the status of the delivery, because the other members may have received the message. `own`: the rules of the operator.
 */
export function classifyDsn(
  dsn: Dsn,
  reported: Reported,
  own: readonly BounceRule[] = [],
): ReportClassification {
  const found = partAbout(dsn, reported.recipient);
  if (found === undefined) return { outcome: 'noted', detail: { reason: 'The report names no recipient.' } };
  const isMember = namingOf(found, reported.recipient) === 'member';
  if (found.action === 'failed' && isMember) {
    const reason = `A report says that one address behind ${reported.recipient} could not be reached${meaning(found.status)}; others may have got the message.`;
    return { outcome: 'noted', detail: { ...detailOf(dsn, found, reason), ...meaningOfPart(found, own) } };
  }
  if (found.action === 'failed') return bounced(dsn, { found, own }, reported);
  // A report of success settles only an unanswered attempt. A recipient can forge a report, and must not stop a retry by it.
  if (reported.status === 'unknown' && (found.action === 'delivered' || found.action === 'relayed')) {
    const reason = 'A report says that it was delivered, which settles the attempt without an answer.';
    return { outcome: 'delivered', detail: detailOf(dsn, found, reason) };
  }
  const reason = `A report says “${found.action}”${meaning(found.status)}, which changes nothing.`;
  return { outcome: 'noted', detail: detailOf(dsn, found, reason) };
}

/**
 * Feedback types of complaints by recipients. Findings of a scanner or a DMARC filter (`virus`, `auth-failure`) are none. RFC 5965
 * §7.3.
 */
const complaints: ReadonlySet<string> = new Set(['abuse', 'fraud', 'opt-out', 'opt-out-list', 'complaint']);

/**
 * Classifies a feedback report for the delivery whose return path received it. The addresses in the report do not matter,
 * because providers remove them. A forwarded message counts too: the next one would be forwarded as well.
 */
export function classifyFeedback(report: FeedbackReport): ReportClassification {
  const { feedbackType, userAgent, reportingMta, originalRcptTo, arrivalDate, sourceIp } = report;
  const isComplaint = complaints.has(feedbackType);
  const who = reportingMta ?? userAgent ?? 'a mailbox provider';
  const reason = isComplaint
    ? `The recipient reported it as unwanted (${feedbackType}), says ${who}.`
    : `A feedback report of ${who} says “${feedbackType}”, which is no complaint and changes nothing.`;
  const detail: ReportDetail = {
    reason,
    feedback_type: feedbackType,
    user_agent: userAgent,
    reporting_mta: reportingMta,
    reported_recipient: originalRcptTo[0],
    arrived: arrivalDate,
    source_ip: sourceIp,
  };
  return { outcome: isComplaint ? 'complained' : 'noted', detail };
}
