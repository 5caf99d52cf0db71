import { Button } from '@mantine/core';
import { useState } from 'react';
import { AccountId } from '../../api/account-id.ts';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { deliveryModes, accountsText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar, type FilterField } from '../../ui/filter-bar.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { AccountStatus } from './account-status.tsx';
import { CreateAccount } from './create-account.tsx';

const path = '/v1/admin/accounts';
const fields: readonly FilterField[] = [
  {
    name: 'status',
    label: text.status,
    choices: [
      ['active', text.active],
      ['suspended', text.suspended],
    ],
  },
];

const columns: readonly Column<AdminAccountView>[] = [
  {
    id: 'name',
    title: text.name,
    cell: ({ id, name }) => (
      <RowLink to={paths.account(id)} under={id}>
        {visible(name)}
      </RowLink>
    ),
  },
  { id: 'status', title: text.status, width: '120px', cell: (row) => <AccountStatus {...row} /> },
  {
    id: 'mode',
    title: text.mode,
    width: '220px',
    isWide: true,
    cell: ({ delivery_mode: mode }) => (mode === null ? text.installation : deliveryModes[mode]),
  },
  {
    id: 'created',
    title: text.created,
    width: '96px',
    isWide: true,
    cell: ({ created_at: at }) => <Moment at={at} />,
  },
];

function Accounts() {
  const filter = useFilters(['q', 'status']);
  const change = useChangeSearch();
  const records = useRecords<AdminAccountView>(path, filter);
  const [isAdding, setAdding] = useState(false);
  const add = <Button onClick={() => setAdding(true)}>{text.add}</Button>;
  const isFiltered = filter.q !== undefined || filter.status !== undefined;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {add}
          <ExportMenu path={path} query={filter} />
        </>
      }
    >
      <FilterBar fields={fields} values={filter} onChange={change}>
        <SearchField label={text.search} value={filter.q ?? ''} onSearch={(q) => change({ q })} />
      </FilterBar>
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title={isFiltered ? text.nothingTitle : text.emptyTitle}
            text={isFiltered ? text.nothingText : text.emptyText}
          >
            {!isFiltered && add}
          </EmptyState>
        }
      />
      {isAdding && <CreateAccount onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** Every account of the installation. The operator's routes name no account. */
export const AccountsPage = () => (
  <AccountId value={undefined}>
    <Accounts />
  </AccountId>
);
