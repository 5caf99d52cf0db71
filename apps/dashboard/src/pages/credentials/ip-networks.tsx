import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { IpNetworkView } from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { uiText } from '../../text/ui.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { CredentialList } from './credential-list.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

const path = '/v1/ip-networks';

const columnsFor = (remove: (row: IpNetworkView) => void): readonly Column<IpNetworkView>[] => [
  {
    id: 'cidr',
    title: text.cidr,
    cell: ({ cidr, shared }) => <TwoLines under={shared ? text.shared : ''}>{cidr}</TwoLines>,
  },
  { id: 'label', title: text.networkLabel, width: '35%', isWide: true, cell: ({ label }) => label },
  { id: 'created', title: text.created, width: '100px', cell: ({ created_at: at }) => <Moment at={at} /> },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '84px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.cidr} onClick={() => remove(row)}>
        {text.remove}
      </RowButton>
    ),
  },
];

/** Networks whose clients send without a login. */
export function IpNetworks() {
  const [opened, setOpened] = useState<'create' | IpNetworkView>();
  const close = (): void => setOpened(undefined);
  return (
    <>
      <CredentialList<IpNetworkView>
        path={path}
        label={text.networks}
        one="network"
        columns={columnsFor(setOpened)}
        empty={{ title: text.networksEmptyTitle, text: text.networksEmptyText }}
        onCreate={() => setOpened('create')}
      />
      {opened === 'create' && <CreateNetwork onClose={close} />}
      {typeof opened === 'object' && (
        <RemoveDialog
          what={opened.cidr}
          path={`${path}/${opened.id}`}
          lead={text.removeNetworkText}
          onClose={close}
        />
      )}
    </>
  );
}

function CreateNetwork({ onClose }: { readonly onClose: () => void }) {
  const [cidr, setCidr] = useState('');
  const [label, setLabel] = useState('');
  const create = useChange({ isInPlace: true });
  const body = { cidr: cidr.trim(), label: label.trim() };
  return (
    <FormDialog
      title={text.networks}
      submit={text.add}
      isBusy={create.isPending}
      isReady={body.cidr !== ''}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path, body }, { onSuccess: onClose })}
    >
      <TextInput
        data-autofocus
        label={text.cidr}
        description={text.cidrHint}
        value={cidr}
        onChange={(event) => setCidr(event.currentTarget.value)}
      />
      <TextInput
        label={text.networkLabel}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
