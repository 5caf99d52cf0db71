/** What was sent to a webhook, and what its server answered. The log is the detail: a row opens it. */
import { Group } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecord, useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { WebhookDeliveryDetailView, WebhookDeliveryView } from '../../api/views.ts';
import { visible } from '../../text/visible.ts';
import { deliveryStatus, webhooksText as text } from '../../text/webhooks.ts';
import { durationText } from '../../time/format-time.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FilterBar, type FilterField } from '../../ui/filter-bar.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { deliveryLook } from './webhook-look.ts';

type Row = WebhookDeliveryView;
type Attempt = WebhookDeliveryDetailView['history'][number];

const REFETCH_MS = 5_000;

const fields: readonly FilterField[] = [
  { name: 'status', label: text.status, choices: Object.entries(deliveryStatus) },
  { name: 'event_type', label: text.type, placeholder: 'message.bounced' },
];

const answerOf = (attempt: Row['last_attempt']): string =>
  attempt === null ? text.noAnswer : String(attempt.status_code ?? attempt.error ?? text.noAnswer);

const columnsFor = (show: (row: Row) => void): readonly Column<Row>[] => [
  {
    id: 'type',
    title: text.type,
    cell: ({ event_type: type, message_id: id }) => <TwoLines under={id ?? ''}>{type}</TwoLines>,
  },
  {
    id: 'status',
    title: text.status,
    width: '118px',
    cell: ({ status }) => <StatusMark {...deliveryLook[status]} text={deliveryStatus[status]} />,
  },
  {
    id: 'answer',
    title: text.answer,
    width: '22%',
    isWide: true,
    cell: ({ last_attempt: attempt }) => visible(answerOf(attempt)),
  },
  {
    id: 'attempts',
    title: text.attempts,
    width: '80px',
    isRight: true,
    isWide: true,
    cell: (row) => row.attempts,
  },
  {
    id: 'when',
    title: text.when,
    width: '90px',
    isWide: true,
    cell: ({ occurred_at: at }) => <Moment at={at} />,
  },
  {
    id: 'show',
    title: text.show,
    width: '70px',
    isRight: true,
    cell: (row) => (
      <RowButton about={`${row.event_type} ${row.id}`} onClick={() => show(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

const attemptWords = ({ status_code: code, error, duration_ms: ms }: Attempt): string =>
  [code === null ? text.noAnswer : String(code), error === null ? '' : visible(error), durationText(ms)]
    .filter((word) => word !== '')
    .join(' · ');

const Attempts = ({ history }: Pick<WebhookDeliveryDetailView, 'history'>) => (
  <Facts
    rows={history.map((attempt) => [
      <ExactMoment key={attempt.number} at={attempt.started_at} />,
      attemptWords(attempt),
    ])}
  />
);

const headersText = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

function Detail({ row, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const path = `/v1/webhooks/deliveries/${row.id}`;
  const { data, error } = useRecord<WebhookDeliveryDetailView>(path, {}, { refetchMs: REFETCH_MS });
  const replay = useChange({ done: text.replayed });
  const mayChange = useMay('developer');
  const lastAnswer = data?.last_attempt?.answer;
  return (
    <Dialog title={row.event_type} onClose={onClose} size="xl">
      {error !== null && <ErrorPanel error={error} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && (
        <>
          <Attempts history={data.history} />
          <h3>{text.request}</h3>
          <Verbatim
            text={`${headersText(data.request.headers)}\n\n${data.request.body}`}
            label={text.request}
          />
          {lastAnswer !== undefined && lastAnswer !== '' && (
            <>
              <h3>{text.response}</h3>
              <Verbatim text={lastAnswer} label={text.response} />
            </>
          )}
        </>
      )}
      {mayChange && (
        <Group justify="flex-end" mt="sm">
          <BusyButton isBusy={replay.isPending} onClick={() => replay.mutate({ path: `${path}/replay` })}>
            {text.replay}
          </BusyButton>
        </Group>
      )}
    </Dialog>
  );
}

export function WebhookLog({ id }: { readonly id: string }) {
  const path = `/v1/webhooks/${id}/deliveries`;
  const filter = useFilters(fields.map(({ name }) => name));
  const change = useChangeSearch();
  const records = useRecords<Row>(path, filter, { refetchMs: REFETCH_MS });
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const [shown, setShown] = useState<Row>();
  return (
    <Section title={text.deliveries} actions={<ExportMenu path={path} query={filter} />}>
      <FilterBar fields={fields} values={filter} onChange={change} />
      <RecordList
        records={records}
        label="deliveries"
        one={text.delivery}
        columns={columnsFor(setShown)}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            title={isFiltered ? text.nothingTitle : text.noLogTitle}
            text={isFiltered ? text.nothingText : text.noLogText}
          />
        }
      />
      {shown !== undefined && <Detail row={shown} onClose={() => setShown(undefined)} />}
    </Section>
  );
}
