import { Navigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useLive } from '../../api/live/use-live.ts';
import { useRecord, useRecords } from '../../api/use-records.ts';
import type { BalanceView, MessageSummaryView, StatisticsView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { overviewText as text } from '../../text/statistics.ts';
import { useZone } from '../../time/zone.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordTable } from '../../ui/record-table.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { AttentionPanel } from '../attention/attention-panel.tsx';
import { messageColumns } from '../messages/message-columns.tsx';
import { OutcomeChart } from '../statistics/outcome-chart.tsx';
import { lastDays } from '../statistics/time-span.ts';
import { BalanceLine } from './balance-line.tsx';
import { ProviderTable } from './provider-table.tsx';
import { RateCards } from './rate-cards.tsx';

const DAYS = 7;
const NEWEST = 10;
const REFETCH_MS = 30_000;

function Outcomes() {
  const timezone = useZone();
  const span = useMemo(() => lastDays(DAYS, new Date()), []);
  const query = { ...span, interval: 'day', timezone };
  const { data, error } = useRecord<StatisticsView>('/v1/stats', query, { refetchMs: REFETCH_MS });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.total.counts.accepted === 0) return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return (
    <>
      <RateCards total={data.total} />
      <Section title={text.outcomes}>
        <OutcomeChart statistics={data} label={text.outcomes} />
      </Section>
      <Section title={text.providers}>
        <ProviderTable span={span} />
      </Section>
    </>
  );
}

function Balance() {
  const { data, error } = useRecord<BalanceView>('/v1/stats/balance', {}, { refetchMs: REFETCH_MS });
  if (error !== null) return <ErrorPanel error={error} />;
  return data === undefined ? <Waiting /> : <BalanceLine days={data.data} />;
}

function Newest() {
  const { data, error, refetch } = useRecords<MessageSummaryView>('/v1/messages', { limit: NEWEST });
  useLive(() => void refetch());
  if (error !== null) return <ErrorPanel error={error} />;
  const rows = data?.pages[0]?.data;
  if (rows === undefined) return <Waiting />;
  return <RecordTable label={text.latest} columns={messageColumns} rows={rows} rowKey={({ id }) => id} />;
}

/** The start of an account that has sent nothing is another page. */
function useHasSent(): boolean {
  const { data } = useRecords<MessageSummaryView>('/v1/messages', { limit: NEWEST });
  return data?.pages[0]?.data.length !== 0;
}

const Filled = () => (
  <Page title={text.title} lead={text.lead}>
    <Balance />
    <AttentionPanel />
    <Outcomes />
    <Section title={text.latest} actions={<ButtonLink to={paths.messages}>{text.all}</ButtonLink>}>
      <Newest />
    </Section>
  </Page>
);

/** Where the mail of the account stands. */
export const OverviewPage = () => (useHasSent() ? <Filled /> : <Navigate to={paths.getStarted} replace />);
