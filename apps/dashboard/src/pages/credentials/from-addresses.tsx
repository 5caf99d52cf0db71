import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { FromAddressView } from '../../api/views.ts';
import { addressStatus, proofText, credentialsText as text } from '../../text/credentials.ts';
import { uiText } from '../../text/ui.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CredentialList } from './credential-list.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

const path = '/v1/from-addresses';
type Row = FromAddressView;
type Actions = { readonly remove: (row: Row) => void; readonly ask: (row: Row) => void };

const columnsFor = ({ remove, ask }: Actions): readonly Column<Row>[] => [
  { id: 'address', title: text.address, cell: ({ address }) => visible(address) },
  {
    id: 'status',
    title: text.status,
    width: '130px',
    cell: ({ status, proof }) => (
      <StatusMark
        tone={proof === null ? 'busy' : 'good'}
        icon={proof === null ? 'clock' : 'done'}
        text={addressStatus[status]}
      />
    ),
  },
  {
    id: 'proof',
    title: text.proof,
    width: '18%',
    isWide: true,
    cell: ({ proof }) => (proof === null ? '–' : proofText[proof]),
  },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '200px',
    isRight: true,
    cell: (row) => (
      <>
        {row.proof === null && (
          <RowButton about={row.address} onClick={() => ask(row)}>
            {text.confirm}
          </RowButton>
        )}
        <RowButton about={row.address} onClick={() => remove(row)}>
          {text.remove}
        </RowButton>
      </>
    ),
  },
];

/** Addresses outside the verified domains that the account may send as. */
export function FromAddresses() {
  const [opened, setOpened] = useState<'create' | Row>();
  const confirm = useChange({ done: text.confirmed });
  const close = (): void => setOpened(undefined);
  const actions = {
    remove: setOpened,
    ask: ({ id }: Row) => confirm.mutate({ path: `${path}/${id}/confirmation` }),
  };
  return (
    <>
      <CredentialList<Row>
        path={path}
        label={text.addresses}
        one="address"
        columns={columnsFor(actions)}
        empty={{ title: text.addressesEmptyTitle, text: text.addressesEmptyText }}
        onCreate={() => setOpened('create')}
      />
      {opened === 'create' && <CreateAddress onClose={close} />}
      {typeof opened === 'object' && (
        <RemoveDialog
          what={opened.address}
          path={`${path}/${opened.id}`}
          lead={text.removeAddressText}
          onClose={close}
        />
      )}
    </>
  );
}

function CreateAddress({ onClose }: { readonly onClose: () => void }) {
  const [address, setAddress] = useState('');
  const create = useChange<Row>({ done: (made) => text.addressAdded(made.address), isInPlace: true });
  return (
    <FormDialog
      title={text.addresses}
      submit={text.add}
      isBusy={create.isPending}
      isReady={address.includes('@')}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path, body: { address: address.trim() } }, { onSuccess: onClose })}
    >
      <TextInput
        data-autofocus
        type="email"
        label={text.address}
        description={text.addressHint}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
