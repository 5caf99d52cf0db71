import { Button } from '@mantine/core';
import { AccountId } from '../../api/account-id.ts';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { AdminUserView } from '../../api/views.ts';
import { usersText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { UserDialog } from './user-dialog.tsx';

const path = '/v1/admin/users';

const columnsFor = (open: (row: AdminUserView) => void): readonly Column<AdminUserView>[] => [
  {
    id: 'name',
    title: text.name,
    cell: ({ name, email }) => <TwoLines under={visible(email)}>{visible(name)}</TwoLines>,
  },
  {
    id: 'status',
    title: text.status,
    width: '120px',
    cell: ({ status }) => (
      <StatusMark
        tone={status === 'active' ? 'good' : 'bad'}
        icon={status === 'active' ? 'done' : 'cross'}
        text={text[status]}
      />
    ),
  },
  {
    id: 'operator',
    title: text.operator,
    width: '100px',
    isWide: true,
    cell: ({ is_operator: isOperator }) => (isOperator ? text.yes : text.no),
  },
  {
    id: 'factor',
    title: text.factor,
    width: '124px',
    isWide: true,
    cell: ({ totp_enabled_at: at }) => (at === null ? text.off : text.on),
  },
  {
    id: 'login',
    title: text.lastLogin,
    width: '110px',
    isWide: true,
    cell: ({ last_login_at: at }) => <Moment at={at} absent={text.never} />,
  },
  {
    id: 'show',
    title: text.show,
    isTitleHidden: true,
    width: '76px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.email} onClick={() => open(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

function Users() {
  const filter = useFilters(['q']);
  const { user: opened } = useFilters(['user']);
  const change = useChangeSearch();
  const records = useRecords<AdminUserView>(path, filter);
  return (
    <Page title={text.title} lead={text.lead} actions={<ExportMenu path={path} query={filter} />}>
      <FilterBar fields={[]} values={filter} onChange={change}>
        <SearchField label={text.search} value={filter.q ?? ''} onSearch={(q) => change({ q })} />
      </FilterBar>
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor(({ id }) => change({ user: id }))}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={text.emptyTitle} text={text.emptyText}>
            <Button variant="default" onClick={() => change({ q: undefined })}>
              {text.all}
            </Button>
          </EmptyState>
        }
      />
      {opened !== undefined && <UserDialog id={opened} onClose={() => change({ user: undefined })} />}
    </Page>
  );
}

/** Everyone who can log in. */
export const UsersPage = () => (
  <AccountId value={undefined}>
    <Users />
  </AccountId>
);
