import { Button } from '@mantine/core';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { MessageSummaryView } from '../../api/views.ts';
import { messagesText as text } from '../../text/messages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { firstMessageCurl } from './first-message.ts';
import { messageColumns } from './message-columns.tsx';
import { messageFilters } from './message-filters.ts';

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
  const change = useChangeSearch();
  const records = useRecords<MessageSummaryView>(path, filter);
  const isFiltered = names.some((name) => filter[name] !== undefined);
  const nothing = <EmptyState title={text.nothingTitle} text={text.nothingText} />;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<Icon name="again" size={13} />}
            onClick={() => void records.refetch()}
          >
            {text.refresh}
          </Button>
          <ExportMenu path={path} query={filter} />
        </>
      }
    >
      <FilterBar fields={messageFilters} values={filter} onChange={change}>
        <SearchField label={text.search} value={filter.q ?? ''} onSearch={(q) => change({ q })} />
      </FilterBar>
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={messageColumns}
        rowKey={({ id }) => id}
        empty={isFiltered ? nothing : <FirstMessage />}
      />
    </Page>
  );
}
