import { Navigate } from '@tanstack/react-router';
import { memo } from 'react';
import { useLiveRecords } from '../../api/live/use-live-records.ts';
import { type SuspendingRates, suspendingRates } from '../../api/suspending-rates.ts';
import { type Records, useRecord } from '../../api/use-records.ts';
import type { MessageSummaryView, OwnAccountView, StatisticsView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { overviewText as text } from '../../text/statistics.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordTable } from '../../ui/record-table.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { AttentionPanel } from '../attention/attention-panel.tsx';
import { messageColumns } from '../messages/message-columns.tsx';
import { OutcomeChart } from '../statistics/outcome-chart.tsx';
import { RangeSelect } from '../statistics/range-select.tsx';
import { type AskedSpan, useSpan } from '../statistics/use-span.ts';
import { BalanceAlarm, BalanceLine } from './balance-line.tsx';
import { ProviderTable } from './provider-table.tsx';
import { RateCards } from './rate-cards.tsx';

const newestFilter = { limit: 10 };
const REFETCH_MS = 30_000;

function useSuspendingRates(): SuspendingRates | undefined {
  const { data } = useRecord<OwnAccountView>('/v1/account');
  return data && suspendingRates(data);
}

function Outcomes({ asked }: { readonly asked: AskedSpan }) {
  const { span, interval, zone: timezone } = asked;
  const query = { ...span, interval, timezone, compare: 'previous' };
  const { data, error } = useRecord<StatisticsView>('/v1/stats', query, { refetchMs: REFETCH_MS });
  const thresholds = useSuspendingRates();
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  const { counts } = data.total;
  if (counts.accepted === 0) return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return (
    <>
      <BalanceLine counts={counts} span={span} />
      <RateCards counts={counts} before={data.previous?.counts} thresholds={thresholds} />
      <Section title={text.outcomes[interval]}>
        <OutcomeChart statistics={data} label={text.outcomes[interval]} />
      </Section>
      <Section title={text.providers}>
        <ProviderTable span={span} />
      </Section>
    </>
  );
}

type NewestProps = { readonly newest: Records<MessageSummaryView> };

function Newest({ newest: { data, error } }: NewestProps) {
  if (error !== null) return <ErrorPanel error={error} />;
  const rows = data?.pages[0]?.data;
  if (rows === undefined) return <Waiting />;
  return <RecordTable label={text.latest} columns={messageColumns} rows={rows} rowKey={({ id }) => id} />;
}

/** They are not drawn again with each new message. */
const Statistics = memo(function Statistics() {
  const asked = useSpan('1');
  return (
    <>
      <BalanceAlarm />
      <AttentionPanel />
      <Outcomes asked={asked} />
    </>
  );
});

function Filled({ newest }: NewestProps) {
  const { days } = useSpan('1');
  return (
    <Page title={text.title} lead={text.lead} actions={<RangeSelect days={days} isLabelHidden />}>
      <Statistics />
      <Section title={text.latest} actions={<ButtonLink to={paths.messages}>{text.all}</ButtonLink>}>
        <Newest newest={newest} />
      </Section>
    </Page>
  );
}

/** Where the mail of the account stands. The start of an account that has sent nothing is another page. */
export function OverviewPage() {
  const newest = useLiveRecords<MessageSummaryView>('/v1/messages', newestFilter);
  if (newest.data?.pages[0]?.data.length === 0) return <Navigate to={paths.getStarted} replace />;
  return <Filled newest={newest} />;
}
