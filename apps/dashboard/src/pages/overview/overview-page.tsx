import { Navigate } from '@tanstack/react-router';
import { useLive } from '../../api/live/use-live.ts';
import { type SuspendingRates, suspendingRates } from '../../api/suspending-rates.ts';
import { useRecord, useRecords } from '../../api/use-records.ts';
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

const NEWEST = 10;
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

function Filled() {
  const asked = useSpan('1');
  return (
    <Page title={text.title} lead={text.lead} actions={<RangeSelect days={asked.days} isLabelHidden />}>
      <BalanceAlarm />
      <AttentionPanel />
      <Outcomes asked={asked} />
      <Section title={text.latest} actions={<ButtonLink to={paths.messages}>{text.all}</ButtonLink>}>
        <Newest />
      </Section>
    </Page>
  );
}

/** Where the mail of the account stands. */
export const OverviewPage = () => (useHasSent() ? <Filled /> : <Navigate to={paths.getStarted} replace />);
