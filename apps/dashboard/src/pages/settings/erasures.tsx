/** What the account keeps of one recipient: to see, to take out as a file, and to erase, with a report of each erasure. */
import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecords } from '../../api/use-records.ts';
import type { ErasureView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { count } from '../../text/number.ts';
import { erasureStatus, reportNames, settingsText as text } from '../../text/settings.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

const names = Object.keys(reportNames) as readonly (keyof typeof reportNames)[];

const columnsFor = (show: (row: ErasureView) => void): readonly Column<ErasureView>[] => [
  {
    id: 'requested',
    title: text.requested,
    cell: ({ requested_at: at }) => <ExactMoment at={at} />,
  },
  { id: 'by', title: text.by, width: '40%', isWide: true, cell: ({ requested_by: by }) => <code>{by}</code> },
  {
    id: 'status',
    title: text.status,
    width: '130px',
    cell: ({ status }) => (
      <StatusMark
        tone={status === 'completed' ? 'good' : 'busy'}
        icon={status === 'completed' ? 'done' : 'clock'}
        text={erasureStatus[status]}
      />
    ),
  },
  {
    id: 'report',
    title: text.report,
    width: '84px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.id} onClick={() => show(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

const Report = ({ row, onClose }: { readonly row: ErasureView; readonly onClose: () => void }) => (
  <Dialog title={text.reportTitle} onClose={onClose}>
    <Facts
      rows={[
        [text.key, <CopyableId key="key" id={row.address_key} label={text.key} />],
        [text.completed, <Moment key="at" at={row.completed_at} />],
        ...names.map((name) => [reportNames[name], count(row.report[name])] as const),
      ]}
    />
  </Dialog>
);

type EraseProps = {
  readonly address: string;
  readonly onClose: () => void;
  readonly onErased: (row: ErasureView) => void;
};

function EraseDialog({ address, onClose, onErased }: EraseProps) {
  const erase = useChange<ErasureView>({ done: text.erased, isInPlace: true });
  const path = `/v1/recipients/${encodeURIComponent(address)}/erasure`;
  const show = (row: ErasureView): void => {
    onClose();
    onErased(row);
  };
  return (
    <ConfirmDialog
      title={text.eraseTitle(address)}
      submit={text.erase}
      word={address}
      isBusy={erase.isPending}
      error={erase.error}
      onClose={onClose}
      onSubmit={() => erase.mutate({ path }, { onSuccess: show })}
    >
      {text.eraseText}
    </ConfirmDialog>
  );
}

function RecipientTools({ onErased }: Pick<EraseProps, 'onErased'>) {
  const [typed, setTyped] = useState('');
  const [isErasing, setErasing] = useState(false);
  const mayErase = useMay('owner');
  const address = typed.trim();
  return (
    <>
      <p>{text.recipientHint}</p>
      <TextInput
        type="email"
        maw={420}
        label={text.address}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {address.includes('@') && (
        <Group gap="xs" mt="sm">
          <ButtonLink to={paths.recipient(address)}>{text.see}</ButtonLink>
          <ExportMenu path="/v1/messages" query={{ to: address }} />
          {mayErase && (
            <Button color="var(--bad)" onClick={() => setErasing(true)}>
              {text.erase}
            </Button>
          )}
        </Group>
      )}
      {isErasing && <EraseDialog address={address} onClose={() => setErasing(false)} onErased={onErased} />}
    </>
  );
}

export function Erasures() {
  const path = '/v1/erasures';
  const records = useRecords<ErasureView>(path);
  const [shown, setShown] = useState<ErasureView>();
  return (
    <>
      <Section title={text.recipient}>
        <RecipientTools onErased={setShown} />
      </Section>
      <Section title={text.erasures} actions={<ExportMenu path={path} />}>
        <RecordList
          records={records}
          label={text.erasures.toLowerCase()}
          one={text.erasure}
          columns={columnsFor(setShown)}
          rowKey={({ id }) => id}
          empty={<EmptyState title={text.noErasureTitle} text={text.noErasureText} />}
        />
      </Section>
      {shown !== undefined && <Report row={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}
