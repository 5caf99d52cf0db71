import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { AccountId } from '../../api/account-id.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { accountsText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
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
    width: '160px',
    isWide: true,
    cell: ({ delivery_mode: mode }) => mode ?? text.installation,
  },
  {
    id: 'created',
    title: text.created,
    width: '96px',
    isWide: true,
    cell: ({ created_at: at }) => <Moment at={at} />,
  },
];

function CreateAccount({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useChange<AdminAccountView>({ done: (made) => text.added(made.name), isInPlace: true });
  const open = ({ id }: AdminAccountView): void => void navigate({ to: paths.account(id) });
  return (
    <FormDialog
      title={text.add}
      submit={text.add}
      isBusy={create.isPending}
      isReady={name.trim() !== ''}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path, body: { name: name.trim() } }, { onSuccess: open })}
    >
      <TextInput
        data-autofocus
        label={text.name}
        description={text.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

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
