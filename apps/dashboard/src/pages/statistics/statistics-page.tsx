import { Group, NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useRecord } from '../../api/use-records.ts';
import { useChangeSearch, useUrlSearch } from '../../api/use-search.ts';
import type { StatisticsView } from '../../api/views.ts';
import { groupText, overviewText, rangeText, statisticsText as text } from '../../text/statistics.ts';
import { useZone } from '../../time/zone.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { ProviderTable } from '../overview/provider-table.tsx';
import { RateCards } from '../overview/rate-cards.tsx';
import { OutcomeChart } from './outcome-chart.tsx';
import { BounceTable, Engagement, GroupTable } from './statistics-tables.tsx';
import { intervalOf, lastDays, type Span } from './time-span.ts';

const path = '/v1/stats';

const choices = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

function Shown({ span, days }: { readonly span: Span; readonly days: number }) {
  const timezone = useZone();
  const { group } = useUrlSearch();
  const query = { ...span, interval: intervalOf(days), timezone };
  const { data, error } = useRecord<StatisticsView>(path, query);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.total.counts.accepted === 0) return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return (
    <>
      <RateCards total={data.total} />
      <Section title={overviewText.outcomes}>
        <OutcomeChart statistics={data} label={overviewText.outcomes} />
      </Section>
      {group !== undefined && (
        <Section title={text.groups}>
          <GroupTable span={span} group={group} />
        </Section>
      )}
      <Section title={overviewText.providers}>
        <ProviderTable span={span} />
      </Section>
      <Section title={text.bounces}>
        <BounceTable span={span} />
      </Section>
      <Section title={text.engagement}>
        <Engagement counts={data.total.counts} />
      </Section>
    </>
  );
}

/** Counts and rates of the account, by time and group. */
export function StatisticsPage() {
  const { days: asked = '7', group = '' } = useUrlSearch();
  const change = useChangeSearch();
  const days = asked in rangeText ? Number(asked) : 7;
  const span = useMemo(() => lastDays(days, new Date()), [days]);
  return (
    <Page title={text.title} lead={text.lead} actions={<CopyAsCurl path={path} query={{ ...span }} />}>
      <Group gap="sm" mb="sm">
        <NativeSelect
          label={text.range}
          value={String(days)}
          data={choices(rangeText)}
          onChange={(event) => change({ days: event.currentTarget.value })}
        />
        <NativeSelect
          label={text.group}
          value={group}
          data={[{ value: '', label: text.noGroup }, ...choices(groupText)]}
          onChange={(event) => change({ group: event.currentTarget.value })}
        />
      </Group>
      <Shown span={span} days={days} />
    </Page>
  );
}
