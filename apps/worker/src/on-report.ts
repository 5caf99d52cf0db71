import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import { eventIdOf } from '@waybill/io/postgres/mail-store/event-id';
import { foldedAddress } from '@waybill/mail/address';
import { parseFeedbackReport } from '@waybill/mail/arf';
import { parseDsn } from '@waybill/mail/dsn';
import type { BounceRule } from '@waybill/relay/delivery/bounce-rules';
import {
  classifyDsn,
  classifyFeedback,
  type ReportClassification,
  type ReportDetail,
  type Reported,
} from '@waybill/relay/delivery/classify-report';
import type { Suppressing } from '@waybill/relay/delivery/suppression-rule';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { EventStore, Suppression, SuppressionList } from '@waybill/relay/ports';

type ReportKind = 'dsn' | 'feedback' | 'other';

export type StoredReport = {
  readonly id: string;
  readonly bytes: Buffer;
  readonly receivedAt: Date;
  readonly kind: 'unread' | ReportKind;
  readonly deliveryId?: string | undefined;
};

type Finished = {
  readonly kind: ReportKind;
  readonly detail: ReportDetail;
  readonly deliveryId?: string;
  readonly accountId?: string;
};

type ReportedDelivery = {
  readonly id: string;
  readonly messageId: string;
  readonly accountId: string;
  readonly recipient: string;
  readonly status: DeliveryStatus;
};

export type ReportPorts = {
  /** Rules of the operator for replies. */
  readonly ownRules: () => Promise<readonly BounceRule[]>;
  readonly reports: {
    load(id: string): Promise<StoredReport | undefined>;
    finish(id: string, finished: Finished): Promise<void>;
  };
  readonly deliveries: { find(deliveryId: string): Promise<ReportedDelivery | undefined> };
  readonly events: EventStore;
  readonly suppressions: SuppressionList;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** The kind of a report, and how it is classified for its delivery. */
type Reading = {
  readonly kind: 'dsn' | 'feedback';
  readonly classify: (delivery: Reported, own: readonly BounceRule[]) => ReportClassification;
};

function readingOf(bytes: Buffer): Reading | undefined {
  const feedback = parseFeedbackReport(bytes);
  if (feedback) return { kind: 'feedback', classify: () => classifyFeedback(feedback) };
  const dsn = parseDsn(bytes);
  return dsn && { kind: 'dsn', classify: (delivery, own) => classifyDsn(dsn, delivery, own) };
}

/** A report that cannot be parsed is stored and shown, and is not read again. */
function read(report: StoredReport, log: Log): Reading | undefined {
  try {
    return readingOf(report.bytes);
  } catch (err) {
    log.error({ err, reportId: report.id }, 'report is not readable');
    return undefined;
  }
}

type ToSuppress = Pick<Suppression, 'reason'> & Suppressing;

function suppressionOf(classification: ReportClassification): ToSuppress | undefined {
  if (classification.outcome === 'complained') return { reason: 'complaint', expiresAt: undefined };
  return classification.outcome === 'bounced' && classification.suppress
    ? { reason: 'hard_bounce', ...classification.suppress }
    : undefined;
}

async function saveClassification(
  classification: ReportClassification,
  about: { readonly report: StoredReport; readonly delivery: ReportedDelivery },
  { events, suppressions }: ReportPorts,
): Promise<void> {
  const { report, delivery } = about;
  if (classification.outcome === 'noted') return;
  await events.append({
    id: eventIdOf(report.id, classification.outcome, report.receivedAt),
    accountId: delivery.accountId,
    messageId: delivery.messageId,
    deliveryId: delivery.id,
    type: classification.outcome,
    occurredAt: report.receivedAt,
    detail: { recipient: delivery.recipient, report_id: report.id, ...classification.detail },
  });
  const suppression = suppressionOf(classification);
  if (suppression === undefined) return;
  await suppressions.add(
    delivery.accountId,
    { address: foldedAddress(delivery.recipient), streamId: undefined, ...suppression },
    { delivery_id: delivery.id, report_id: report.id, ...classification.detail },
  );
}

type Unread = { readonly report: StoredReport; readonly delivery: ReportedDelivery | undefined };

/** What is no status notification (an auto-reply, a person's answer) stays visible beside the delivery. */
async function settle({ report, delivery }: Unread, ports: ReportPorts): Promise<Finished> {
  const reading = read(report, ports.log);
  if (reading === undefined)
    return { kind: 'other', detail: { reason: 'It is no delivery status notification and no complaint.' } };
  if (delivery === undefined)
    return { kind: reading.kind, detail: { reason: 'Its delivery is not known (any more).' } };
  const reported = { ...delivery, receivedAt: report.receivedAt };
  const classification = reading.classify(reported, await ports.ownRules());
  await saveClassification(classification, { report, delivery }, ports);
  return { kind: reading.kind, detail: classification.detail };
}

/**
 * Handles a report that came to the return path of a delivery. The ingress checked the address: only servers and people
 * that got the message know it.
 */
export async function onReport(reportId: string, ports: ReportPorts): Promise<void> {
  const report = await ports.reports.load(reportId);
  if (report?.kind !== 'unread') return;
  const delivery =
    report.deliveryId === undefined ? undefined : await ports.deliveries.find(report.deliveryId);
  const finished = await settle({ report, delivery }, ports);
  const whose = delivery && { deliveryId: delivery.id, accountId: delivery.accountId };
  await ports.reports.finish(reportId, { ...finished, ...whose });
  ports.metrics.reports.inc({ kind: finished.kind });
  ports.log.info({ reportId, deliveryId: delivery?.id, reason: finished.detail.reason }, 'report read');
}
