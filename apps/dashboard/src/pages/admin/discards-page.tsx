import { Link } from '@tanstack/react-router';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { DiscardView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { discardsText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';

const path = '/v1/admin/discards';

const columnsFor = (show: (row: DiscardView) => void): readonly Column<DiscardView>[] => [
  {
    id: 'reason',
    title: text.reason,
    cell: ({ resolution, message_id: id }) => (
      <TwoLines under={id ?? ''}>{visible(resolution.reason)}</TwoLines>
    ),
  },
  { id: 'stage', title: text.stage, width: '90px', isWide: true, cell: ({ stage }) => stage },
  { id: 'when', title: text.when, width: '96px', cell: ({ occurred_at: at }) => <Moment at={at} /> },
  {
    id: 'show',
    title: text.evidence,
    width: '96px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.resolution.reason} onClick={() => show(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

/** `{"client_ip": "192.0.2.1"}` as `client_ip 192.0.2.1`; a value that is no text as JSON. */
const valueText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(valueText).join(', ')
      : JSON.stringify(value);

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a group are named with it: `session client_ip`. */
const evidenceRows = (evidence: Readonly<Record<string, unknown>>): readonly Fact[] =>
  Object.entries(evidence).flatMap(([name, value]) => {
    const fields = isGroup(value)
      ? Object.entries(value).map(([field, of]) => [`${name} ${field}`, of])
      : [[name, value]];
    return fields.map(
      ([title, of]): Fact => [
        visible(String(title).replaceAll('_', ' ')),
        isEmpty(of) ? undefined : visible(valueText(of)),
      ],
    );
  });

type Rejected = DiscardView['resolution']['rejected'][number];

const Candidate = ({ account_id: id }: Rejected) => (
  <>
    <Link to={paths.account(id)}>{text.account}</Link> <CopyableId id={id} label={text.account} />
  </>
);

const Discard = ({ row, onClose }: { readonly row: DiscardView; readonly onClose: () => void }) => (
  <Dialog title={visible(row.resolution.reason)} onClose={onClose} size="xl">
    <Facts
      rows={[
        [text.id, <CopyableId key="id" id={row.id} label={text.id} />],
        [text.message, row.message_id && <CopyableId key="msg" id={row.message_id} label={text.message} />],
        [text.when, <ExactMoment key="when" at={row.occurred_at} />],
        [text.stage, text.stages[row.stage]],
      ]}
    />
    <h3>{text.rejected}</h3>
    {row.resolution.rejected.length === 0 && <p>{text.none}</p>}
    <Facts
      rows={row.resolution.rejected.map((candidate) => [
        <Candidate key={candidate.account_id + candidate.by} {...candidate} />,
        `${candidate.by}: ${visible(candidate.reason)}`,
      ])}
    />
    <h3>{text.evidence}</h3>
    <Facts rows={evidenceRows(row.evidence)} />
    <details>
      <summary>{text.asJson}</summary>
      <Verbatim text={JSON.stringify(row, null, 2)} label={text.asJson} />
    </details>
  </Dialog>
);

const fields = [{ name: 'message_id', label: text.message, placeholder: 'msg_…' }] as const;

/** What no account owned. */
export function DiscardsPage() {
  const filter = useFilters(['message_id']);
  const { discard: opened } = useFilters(['discard']);
  const change = useChangeSearch();
  const records = useRecords<DiscardView>(path, filter);
  const shown = records.data?.pages.flatMap(({ data }) => data).find(({ id }) => id === opened);
  const isFiltered = filter.message_id !== undefined;
  return (
    <Page title={text.title} lead={text.lead} actions={<ExportMenu path={path} query={filter} />}>
      <FilterBar fields={fields} values={filter} onChange={change} />
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor(({ id }) => change({ discard: id }))}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title={isFiltered ? text.nothingTitle : text.emptyTitle}
            text={isFiltered ? text.nothingText : text.emptyText}
          />
        }
      />
      {shown !== undefined && <Discard row={shown} onClose={() => change({ discard: undefined })} />}
    </Page>
  );
}
