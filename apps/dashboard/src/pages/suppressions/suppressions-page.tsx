import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { SuppressionView } from '../../api/views.ts';
import { suppressionReason, suppressionsText as text } from '../../text/suppressions.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar, type FilterField } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { suppressionColumns } from './suppression-columns.tsx';
import { ReleaseDialog, SuppressDialog } from './suppression-dialogs.tsx';

const path = '/v1/suppressions';
const fields: readonly FilterField[] = [
  { name: 'reason', label: text.reason, choices: Object.entries(suppressionReason) },
];

/** Addresses that the account does not send to. */
export function SuppressionsPage() {
  const filter = useFilters(['address', 'reason']);
  const change = useChangeSearch();
  const records = useRecords<SuppressionView>(path, filter);
  const [opened, setOpened] = useState<'add' | 'import' | SuppressionView>();
  const close = (): void => setOpened(undefined);
  const mayChange = useMay('developer');
  const add = mayChange && <Button onClick={() => setOpened('add')}>{text.add}</Button>;
  const isFiltered = filter.address !== undefined || filter.reason !== undefined;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {add}
          {mayChange && (
            <Button variant="default" onClick={() => setOpened('import')}>
              {text.import}
            </Button>
          )}
          <ExportMenu path={path} query={filter} />
        </>
      }
    >
      <FilterBar fields={fields} values={filter} onChange={change}>
        <SearchField
          label={text.address}
          value={filter.address ?? ''}
          onSearch={(address) => change({ address })}
        />
      </FilterBar>
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={suppressionColumns(setOpened)}
        rowKey={({ id }) => id}
        empty={
          isFiltered ? (
            <EmptyState title={text.nothingTitle} text={text.nothingText} />
          ) : (
            <EmptyState title={text.emptyTitle} text={text.emptyText}>
              {add}
            </EmptyState>
          )
        }
      />
      {opened === 'import' && <ImportDialog onClose={close} />}
      {opened === 'add' && <SuppressDialog onClose={close} />}
      {typeof opened === 'object' && <ReleaseDialog address={opened.address} onClose={close} />}
    </Page>
  );
}
