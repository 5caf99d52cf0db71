import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecord, useRecords } from '../../api/use-records.ts';
import type { DomainView, OwnAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { dkimRecordText, domainStatus, domainsText as text } from '../../text/domains.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { domainLook } from './domain-look.ts';

const path = '/v1/domains';

const recordsOf = ({ records }: DomainView): string =>
  text.recordsOk(records.filter(({ status }) => status === 'ok').length, records.length);

const columns: readonly Column<DomainView>[] = [
  {
    id: 'domain',
    title: text.domain,
    cell: ({ id, domain }) => <RowLink to={paths.domain(id)}>{domain}</RowLink>,
  },
  {
    id: 'status',
    title: text.status,
    width: '130px',
    cell: ({ status }) => <StatusMark {...domainLook[status]} text={domainStatus[status]} />,
  },
  { id: 'records', title: text.records, width: '20%', isWide: true, cell: recordsOf },
  {
    id: 'checked',
    title: text.checked,
    width: '110px',
    isWide: true,
    cell: ({ checked_at: at }) => <Moment at={at} />,
  },
];

/** The sender domains of the account. */
export function DomainsPage() {
  const records = useRecords<DomainView>(path);
  const [isAdding, setAdding] = useState(false);
  const add = useMay('developer') && <Button onClick={() => setAdding(true)}>{text.add}</Button>;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {add}
          <ExportMenu path={path} />
        </>
      }
    >
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={text.emptyTitle} text={text.emptyText}>
            {add}
          </EmptyState>
        }
      />
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

type DkimRecord = DomainView['dkim_record'];

type RecordTypeProps = { readonly value: DkimRecord; readonly onChange: (value: DkimRecord) => void };

/** How the keys are published. CNAME needs a domain of the operator. */
function DkimRecordSelect({ value, onChange }: RecordTypeProps) {
  const { data } = useRecord<OwnAccountView>('/v1/account');
  const mayAlias = data?.dkim_records.includes('cname') ?? false;
  const hint = value === 'cname' ? text.cnameHint : text.txtHint;
  return (
    <NativeSelect
      label={text.dkimRecord}
      description={mayAlias || data === undefined ? hint : `${hint} ${text.noCname}`}
      value={value}
      data={Object.entries(dkimRecordText).map(([type, label]) => ({
        value: type,
        label,
        disabled: type === 'cname' && !mayAlias,
      }))}
      onChange={(event) => onChange(event.currentTarget.value as DkimRecord)}
    />
  );
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [domain, setDomain] = useState('');
  const [dkimRecord, setDkimRecord] = useState<DkimRecord>('txt');
  const add = useChange<DomainView>({ done: (made) => text.added(made.domain), isInPlace: true });
  const open = (made: DomainView): void => void navigate({ to: paths.domain(made.id) });
  return (
    <FormDialog
      title={text.addTitle}
      submit={text.addSubmit}
      isBusy={add.isPending}
      isReady={domain.trim() !== ''}
      error={add.error}
      onClose={onClose}
      onSubmit={() =>
        add.mutate({ path, body: { domain: domain.trim(), dkim_record: dkimRecord } }, { onSuccess: open })
      }
    >
      <TextInput
        data-autofocus
        label={text.domain}
        description={text.addHint}
        value={domain}
        onChange={(event) => setDomain(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <DkimRecordSelect value={dkimRecord} onChange={setDkimRecord} />
    </FormDialog>
  );
}
