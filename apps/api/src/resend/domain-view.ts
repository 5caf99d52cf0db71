/** Sender domains as Resend shows them. */
import type { ResendDomainMade } from '@waybill/contract/resend/domain';
import type { domainView } from '@waybill/relay/management/domain-json';

type View = ReturnType<typeof domainView>;
type DnsRecord = View['records'][number];
type ResendRecord = ResendDomainMade['records'][number];

/** Resend has no word for a domain that was verified and lost a record. It goes on sending, so it failed in part. */
const statusOf = ({ status, checked_at }: View): ResendDomainMade['status'] => {
  if (status === 'degraded') return 'partially_failed';
  if (status === 'verified') return 'verified';
  return checked_at === null ? 'not_started' : 'pending';
};

function recordStatusOf({ status, checked_at }: DnsRecord, of: View['status']): ResendRecord['status'] {
  if (checked_at === null) return 'not_started';
  if (status === 'ok') return 'verified';
  if (status === 'unknown') return 'temporary_failure';
  return of === 'degraded' && status !== 'propagating' ? 'failed' : 'pending';
}

const names: Partial<Readonly<Record<DnsRecord['purpose'], ResendRecord['record']>>> = {
  dkim: 'DKIM',
  spf: 'SPF',
  return_path: 'SPF',
  tracking: 'Tracking',
};

function recordOf(record: DnsRecord, of: View['status']): readonly ResendRecord[] {
  const name = names[record.purpose];
  if (name === undefined) return [];
  const [, priority, host] = /^(\d+) (\S+)$/.exec(record.value) ?? [];
  const isMx = record.type === 'MX';
  return [
    {
      record: name,
      name: record.host_relative ?? record.name,
      type: record.type,
      ttl: 'Auto',
      status: recordStatusOf(record, of),
      value: isMx ? (host ?? record.value) : record.value,
      ...(isMx && { priority: Number(priority) }),
    },
  ];
}

export function resendSummaryOf(view: View): Omit<ResendDomainMade, 'records'> {
  const { id, domain, tracking, created_at } = view;
  return {
    id,
    name: domain,
    status: statusOf(view),
    created_at,
    region: 'us-east-1',
    capabilities: { sending: 'enabled', receiving: 'disabled' },
    ...(tracking && { tracking_subdomain: tracking.host.slice(0, -domain.length - 1) }),
  };
}

export const resendDomainOf = (view: View): ResendDomainMade => ({
  ...resendSummaryOf(view),
  records: view.records.flatMap((record) => recordOf(record, view.status)),
});
