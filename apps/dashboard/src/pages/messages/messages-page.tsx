import { useRef } from 'react';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { MessageSummaryView } from '../../api/views.ts';
import { messagesText as text } from '../../text/messages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { BulkMenu } from './bulk-menu.tsx';
import { firstMessageCurl } from './first-message.ts';
import { LiveSwitch, NewRows } from './live-switch.tsx';
import { messageColumns } from './message-columns.tsx';
import { messageFilters } from './message-filters.ts';
import { useLiveMessages } from './use-live-messages.ts';

const names = ['q', ...messageFilters.map(({ name }) => name)];
const path = '/v1/messages';

const FirstMessage = () => (
  <EmptyState title={text.emptyTitle} text={text.emptyText}>
    <Verbatim text={firstMessageCurl(window.location.origin)} label={text.emptyTitle} />
  </EmptyState>
);

/** Every message of the account, found by its filters. */
export function MessagesPage() {
  const filter = useFilters(names);
  const { live: follow } = useFilters(['live']);
  const change = useChangeSearch();
  const records = useRecords<MessageSummaryView>(path, filter);
  const isOn = follow !== 'off';
  const inView = useRef<readonly MessageSummaryView[]>([]);
  const live = useLiveMessages({ path, filter, isOn, inView });
  const isFiltered = names.some((name) => filter[name] !== undefined);
  const nothing = <EmptyState title={text.nothingTitle} text={text.nothingText} />;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          <LiveSwitch live={live} isOn={isOn} onChange={(is) => change({ live: is ? undefined : 'off' })} />
          {isFiltered && <BulkMenu filter={filter} />}
          <ExportMenu path={path} query={filter} />
        </>
      }
    >
      <FilterBar fields={messageFilters} values={filter} onChange={change}>
        <SearchField label={text.search} value={filter.q ?? ''} onSearch={(q) => change({ q })} />
      </FilterBar>
      <NewRows live={live} />
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={messageColumns}
        rowKey={({ id }) => id}
        empty={isFiltered ? nothing : <FirstMessage />}
        inView={inView}
      />
    </Page>
  );
}
