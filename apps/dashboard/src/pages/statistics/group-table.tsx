import { Link } from '@tanstack/react-router';
import { useRecord } from '../../api/use-records.ts';
import type { StatisticsView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { count } from '../../text/number.ts';
import { groupText, outcomeText, statisticsText as text } from '../../text/statistics.ts';
import { visible } from '../../text/visible.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import type { Span } from './time-span.ts';

type Row = StatisticsView['data'][number];
export type Group = keyof typeof groupText;

export const isGroup = (text: string | undefined): text is Group => text !== undefined && text in groupText;

/** The filter of the list of messages that shows one group, where there is one. */
const filters: Partial<Record<Group, string>> = {
  domain: 'domain',
  tag: 'tag',
  credential: 'credential',
  stream: 'stream',
};

type Shown = { readonly span: Span; readonly group: Group };

function GroupKey({
  shown: { span, group },
  value,
}: {
  readonly shown: Shown;
  readonly value: string | null;
}) {
  const filter = filters[group];
  if (value === null) return text.others;
  if (filter === undefined) return visible(value);
  return (
    <Link to={paths.messages} search={{ [filter]: value, since: span.from, until: span.to } as never}>
      {visible(value)}
    </Link>
  );
}

const columnsOf = (shown: Shown): readonly Column<Row>[] => [
  {
    id: 'key',
    title: groupText[shown.group],
    cell: ({ key }) => <GroupKey shown={shown} value={key} />,
  },
  ...(['accepted', 'delivered', 'bounced', 'failed', 'suppressed'] as const).map((name) => ({
    id: name,
    title: outcomeText[name],
    width: '96px',
    isRight: true,
    isWide: name !== 'delivered' && name !== 'bounced',
    cell: ({ counts }: Row) => count(counts[name]),
  })),
];

/** The groups of the span, the largest first. */
export function GroupTable({ span, group }: Shown) {
  const query = { ...span, interval: 'total', group_by: group };
  const { data, error } = useRecord<StatisticsView>('/v1/stats', query);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <RecordTable
      label={text.groups}
      columns={columnsOf({ span, group })}
      rows={data.data}
      rowKey={({ key }) => key ?? ''}
    />
  );
}
