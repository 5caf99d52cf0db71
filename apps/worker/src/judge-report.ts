import { foldedAddress } from '@waybill/mail/address';
import type { FeedbackReport } from '@waybill/mail/arf';
import type { Dsn, DsnRecipient } from '@waybill/mail/dsn';
import { type EnhancedStatus, formatStatus, isPermanent, meaningOf } from '@waybill/mail/enhanced-status';
import { type Disposed, disposeOf } from '@waybill/relay/delivery/disposition';
import type { DeliveryStatus } from '@waybill/relay/events/event';

/** What a report about a delivery makes of it. A report that says nothing final changes nothing, and stays to be read. */
export type Verdict =
  | { readonly kind: 'bounced'; readonly suppress: boolean; readonly detail: ReportDetail }
  | { readonly kind: 'delivered'; readonly detail: ReportDetail }
  | { readonly kind: 'complained'; readonly detail: ReportDetail }
  | { readonly kind: 'noted'; readonly detail: ReportDetail };

export type ReportDetail = Readonly<Record<string, unknown>> & { readonly because: string };

/** RFC 5321 §4.2.2: the plainest of permanent replies. */
const FAILED = 550;

export type Reported = { readonly recipient: string; readonly status: DeliveryStatus };

/**
 * Faults that only the recipient's owner can mend, so that another message is pointless: no such mailbox or domain
 * (5.1.1, 5.1.2, 5.1.3), moved without address (5.1.6), null MX (5.1.10), mailbox disabled (5.2.1). Not: a full mailbox, a
 * policy, our reputation, or the unspecific 5.0.0.
 */
const recipientFaults: ReadonlySet<string> = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1']);

const isAbout = ({ finalRecipient, originalRecipient }: DsnRecipient, recipient: string): boolean =>
  [finalRecipient, originalRecipient].some(
    (address) => address !== undefined && foldedAddress(address) === foldedAddress(recipient),
  );

const meaning = (status: EnhancedStatus | undefined): string =>
  status === undefined ? '' : ` (${formatStatus(status)}: ${meaningOf(status) ?? 'unknown code'})`;

const codeIn = (diagnostic = ''): number | undefined => {
  const [code] = /^[2-5]\d\d\b/.exec(diagnostic) ?? [];
  return code === undefined ? undefined : Number(code);
};

/**
 * Category and party as an attempt has them: the words of a report are those of a reply, only later. Without a code the
 * failure itself is the answer: nobody tries any more.
 */
function meaningOfReport({ status, diagnostic = '' }: DsnRecipient): Pick<Disposed, 'category' | 'party'> {
  const { category, party } = disposeOf(
    { code: codeIn(diagnostic) ?? FAILED, text: diagnostic, ...(status && { status }) },
    'dot',
  );
  return { category, party };
}

const detailOf = (dsn: Dsn, found: DsnRecipient, because: string): ReportDetail => ({
  because,
  action: found.action,
  code: codeIn(found.diagnostic),
  enhanced_code: found.status && formatStatus(found.status),
  reply: found.diagnostic,
  mx_host: found.remoteMta ?? dsn.reportingMta,
  reported_recipient: found.finalRecipient ?? found.originalRecipient,
});

function bounced(dsn: Dsn, found: DsnRecipient, reported: Reported): Verdict {
  const { status } = found;
  const meant = meaningOfReport(found);
  // RFC 3464 §2.3.3: `failed` means that nobody tries any more, even where the status is a temporary one.
  const suppress =
    status !== undefined &&
    isPermanent(status) &&
    recipientFaults.has(formatStatus(status)) &&
    // 5.1.1 is used for anything; words that blame the sender are believed before it.
    meant.party === 'recipient' &&
    isAbout(found, reported.recipient);
  const who = dsn.reportingMta ?? 'a server on the way';
  return {
    kind: 'bounced',
    suppress,
    detail: {
      ...detailOf(dsn, found, `A report of ${who} says that it could not be delivered${meaning(status)}.`),
      ...meant,
    },
  };
}

/**
 * One report, one delivery: the report came to that delivery's own return path, so the first recipient that fits is the
 * one. Forwarding may give it another address than ours.
 */
export function judgeReport(dsn: Dsn, reported: Reported): Verdict {
  const found = dsn.recipients.find((one) => isAbout(one, reported.recipient)) ?? dsn.recipients[0];
  if (found === undefined) return { kind: 'noted', detail: { because: 'The report names no recipient.' } };
  if (found.action === 'failed') return bounced(dsn, found, reported);
  // Only an attempt without an answer is settled by this: whoever can write a report must not stop a retry.
  if (reported.status === 'unknown' && (found.action === 'delivered' || found.action === 'relayed')) {
    const because = 'A report says that it was delivered, which settles the attempt without an answer.';
    return { kind: 'delivered', detail: detailOf(dsn, found, because) };
  }
  const because = `A report says “${found.action}”${meaning(found.status)}, which changes nothing.`;
  return { kind: 'noted', detail: detailOf(dsn, found, because) };
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
  const because = isComplaint
    ? `The recipient reported it as unwanted (${feedbackType}), says ${who}.`
    : `A feedback report of ${who} says “${feedbackType}”, which is no complaint and changes nothing.`;
  const detail: ReportDetail = {
    because,
    feedback_type: feedbackType,
    user_agent: userAgent,
    reporting_mta: reportingMta,
    reported_recipient: originalRcptTo[0],
    arrived: arrivalDate,
    source_ip: sourceIp,
  };
  return { kind: isComplaint ? 'complained' : 'noted', detail };
}
