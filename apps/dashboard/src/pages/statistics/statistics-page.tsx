import { Group, NativeSelect } from '@mantine/core';
import { useRecord } from '../../api/use-records.ts';
import { useChangeSearch, useUrlSearch } from '../../api/use-search.ts';
import type { StatisticsView } from '../../api/views.ts';
import { groupText, overviewText, statisticsText as text } from '../../text/statistics.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { ProviderTable } from '../overview/provider-table.tsx';
import { RateCards } from '../overview/rate-cards.tsx';
import { GroupTable, isGroup } from './group-table.tsx';
import { OutcomeChart } from './outcome-chart.tsx';
import { choicesOf, RangeSelect, ZoneSelect } from './range-select.tsx';
import { BounceTable, Engagement, LatencyTable, LinkTable } from './statistics-tables.tsx';
import { type AskedSpan, useSpan } from './use-span.ts';

const path = '/v1/stats';

function Shown({ span, interval, zone: timezone }: AskedSpan) {
  const { group } = useUrlSearch();
  const { data, error } = useRecord<StatisticsView>(path, { ...span, interval, timezone });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  const { counts } = data.total;
  if (counts.accepted === 0) return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return (
    <>
      <RateCards counts={counts} />
      <Section title={overviewText.outcomes[interval]}>
        <OutcomeChart statistics={data} label={overviewText.outcomes[interval]} />
      </Section>
      {isGroup(group) && (
        <Section title={text.groups}>
          <GroupTable span={span} group={group} />
        </Section>
      )}
      <Section title={overviewText.providers}>
        <ProviderTable span={span} />
      </Section>
      <Section title={text.latency}>
        <LatencyTable span={span} />
      </Section>
      <Section title={text.bounces}>
        <BounceTable span={span} />
      </Section>
      <Section title={text.links}>
        <LinkTable span={span} />
      </Section>
      <Section title={text.engagement}>
        <Engagement counts={counts} />
      </Section>
    </>
  );
}

/** Counts and rates of the account, by time and group. */
export function StatisticsPage() {
  const { group = '' } = useUrlSearch();
  const change = useChangeSearch();
  const asked = useSpan('7');
  return (
    <Page title={text.title} lead={text.lead} actions={<CopyAsCurl path={path} query={{ ...asked.span }} />}>
      <Group gap="sm" mb="sm">
        <RangeSelect days={asked.days} />
        <NativeSelect
          label={text.group}
          value={group}
          data={[{ value: '', label: text.noGroup }, ...choicesOf(groupText)]}
          onChange={(event) => change({ group: event.currentTarget.value })}
        />
        <ZoneSelect />
      </Group>
      <Shown {...asked} />
    </Page>
  );
}
