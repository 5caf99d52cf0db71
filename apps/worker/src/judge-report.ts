import type { FeedbackReport } from '@waybill/mail/arf';
import type { Dsn, DsnRecipient } from '@waybill/mail/dsn';
import { type EnhancedStatus, formatStatus, meaningOf } from '@waybill/mail/enhanced-status';
import {
  classifyReport,
  codeIn,
  namingOf,
  partAbout,
  suppressionByReport,
} from '@waybill/relay/delivery/classify-report';
import type { Suppressing } from '@waybill/relay/delivery/suppression-rule';
import type { DeliveryStatus } from '@waybill/relay/events/event';

/** What a report about a delivery makes of it. A report that says nothing final changes nothing, and stays to be read. */
export type Verdict =
  | { readonly kind: 'bounced'; readonly suppress: Suppressing | undefined; readonly detail: ReportDetail }
  | { readonly kind: 'delivered'; readonly detail: ReportDetail }
  | { readonly kind: 'complained'; readonly detail: ReportDetail }
  | { readonly kind: 'noted'; readonly detail: ReportDetail };

export type ReportDetail = Readonly<Record<string, unknown>> & { readonly reason: string };

export type Reported = {
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly receivedAt: Date;
};

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

function bounced(dsn: Dsn, found: DsnRecipient, suppress: Suppressing | undefined): Verdict {
  const who = dsn.reportingMta ?? 'a server on the way';
  const reason = `A report of ${who} says that it could not be delivered${meaning(found.status)}.`;
  return {
    kind: 'bounced',
    suppress,
    detail: { ...detailOf(dsn, found, reason), ...classifyReport(found) },
  };
}

/**
 * One report, one delivery: the report came to that delivery's own return path. A failed member of an alias says nothing
 * about the other members, so the delivery stays as it is.
 */
export function judgeReport(dsn: Dsn, reported: Reported): Verdict {
  const found = partAbout(dsn, reported.recipient);
  if (found === undefined) return { kind: 'noted', detail: { reason: 'The report names no recipient.' } };
  const isMember = namingOf(found, reported.recipient) === 'member';
  if (found.action === 'failed' && isMember) {
    const reason = `A report says that one address behind ${reported.recipient} could not be reached${meaning(found.status)}; others may have got the message.`;
    return { kind: 'noted', detail: { ...detailOf(dsn, found, reason), ...classifyReport(found) } };
  }
  if (found.action === 'failed')
    return bounced(dsn, found, suppressionByReport(found, reported.recipient, reported.receivedAt));
  // Only an attempt without an answer is settled by this: whoever can write a report must not stop a retry.
  if (reported.status === 'unknown' && (found.action === 'delivered' || found.action === 'relayed')) {
    const reason = 'A report says that it was delivered, which settles the attempt without an answer.';
    return { kind: 'delivered', detail: detailOf(dsn, found, reason) };
  }
  const reason = `A report says “${found.action}”${meaning(found.status)}, which changes nothing.`;
  return { kind: 'noted', detail: detailOf(dsn, found, reason) };
}

/** Somebody asks not to get this. What a scanner or a DMARC filter found (`virus`, `auth-failure`) is no complaint. RFC 5965 §7.3 */
const complaints: ReadonlySet<string> = new Set(['abuse', 'fraud', 'opt-out', 'opt-out-list', 'complaint']);

/**
 * It came to the delivery's own return path, so the complaint is about this delivery, whatever addresses the provider left
 * in it. Also when it was forwarded: the next one would go the same way.
 */
export function judgeFeedback(report: FeedbackReport): Verdict {
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
  return { kind: isComplaint ? 'complained' : 'noted', detail };
}
