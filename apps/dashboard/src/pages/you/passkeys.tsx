/** The passkeys of the reader. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makePasskey, type PasskeyOptions, placeOfPasskeys } from '../../api/passkey-browser.ts';
import { request } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecords } from '../../api/use-records.ts';
import type { PasskeyView, UserView } from '../../api/views.ts';
import { passkeyText as text } from '../../text/passkeys.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { PasskeyNotice } from '../../ui/passkey-notice.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';

const path = '/v1/me/passkeys';

const columnsFor = (remove: (row: PasskeyView) => void): readonly Column<PasskeyView>[] => [
  { id: 'name', title: text.name, cell: ({ name }) => visible(name) },
  {
    id: 'created',
    title: text.created,
    width: '110px',
    isWide: true,
    cell: ({ created_at: at }) => <Moment at={at} />,
  },
  {
    id: 'used',
    title: text.used,
    width: '110px',
    cell: ({ last_used_at: at }) => <Moment at={at} absent={text.never} />,
  },
  {
    id: 'remove',
    title: text.remove,
    width: '90px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.name} onClick={() => remove(row)}>
        {text.remove}
      </RowButton>
    ),
  },
];

type Closing = { readonly onClose: () => void };

/** The password makes the options, the browser makes the passkey, and the API keeps it. */
function AddPasskey({ user, onClose }: Closing & { readonly user: UserView }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const save = useChange({ done: text.added, isInPlace: true });
  const make = useMutation({
    mutationFn: async () => {
      const body = user.has_password ? { current_password: password } : {};
      return makePasskey(await request<PasskeyOptions>(`${path}/options`, { method: 'POST', body }));
    },
    onSuccess: (credential) =>
      save.mutate({ path, body: { name: name.trim(), credential } }, { onSuccess: onClose }),
  });
  return (
    <FormDialog
      title={text.add}
      submit={text.add}
      isBusy={make.isPending || save.isPending}
      isReady={name.trim() !== '' && (!user.has_password || password !== '')}
      error={make.error ?? save.error}
      onClose={onClose}
      onSubmit={() => make.mutate()}
    >
      <TextInput
        data-autofocus
        label={text.name}
        description={text.nameHint}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {user.has_password && (
        <PasswordInput
          label={text.current}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

function RemovePasskey({ passkey, onClose }: Closing & { readonly passkey: PasskeyView }) {
  const remove = useChange({ done: text.removed, isInPlace: true });
  const asked = { path: `${path}/${passkey.id}`, method: 'DELETE' as const };
  return (
    <FormDialog
      title={text.removeTitle(visible(passkey.name))}
      submit={text.remove}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate(asked, { onSuccess: onClose })}
    >
      {text.removeText}
    </FormDialog>
  );
}

export function Passkeys({ user }: { readonly user: UserView }) {
  const place = placeOfPasskeys();
  const records = useRecords<PasskeyView>(path, { limit: undefined });
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<PasskeyView>();
  return (
    <Section
      title={text.title}
      actions={place.works && <Button onClick={() => setAdding(true)}>{text.add}</Button>}
    >
      <p>{text.lead}</p>
      <PasskeyNotice place={place} />
      <RecordList
        records={records}
        label={text.title.toLowerCase()}
        one={text.one}
        columns={columnsFor(setRemoved)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={text.noneTitle} text={text.noneText} />}
      />
      {isAdding && <AddPasskey user={user} onClose={() => setAdding(false)} />}
      {removed !== undefined && <RemovePasskey passkey={removed} onClose={() => setRemoved(undefined)} />}
    </Section>
  );
}
