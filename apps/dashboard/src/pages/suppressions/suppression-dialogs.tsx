import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { suppressionsText as text } from '../../text/suppressions.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type Closing = { readonly onClose: () => void };

const addressesIn = (typed: string): readonly string[] => [
  ...new Set(typed.split(/[\s,;]+/).filter((word) => word !== '')),
];

export function SuppressDialog({ onClose }: Closing) {
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const addresses = addressesIn(typed);
  const add = useChange<{ readonly created: number }>({
    done: ({ created }) => text.added(created),
    isInPlace: true,
  });
  const entry = (address: string) => ({ address, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  return (
    <FormDialog
      title={text.addTitle}
      submit={text.addSubmit(addresses.length)}
      isBusy={add.isPending}
      isReady={addresses.length > 0}
      error={add.error}
      onClose={onClose}
      onSubmit={() =>
        add.mutate(
          { path: '/v1/suppressions', body: { suppressions: addresses.map(entry) } },
          { onSuccess: onClose },
        )
      }
    >
      <Textarea
        data-autofocus
        label={text.addresses}
        description={text.addressesHint}
        rows={5}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        label={text.note}
        description={text.noteHint}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

export function ReleaseDialog({ address, onClose }: Closing & { readonly address: string }) {
  const release = useChange({ done: text.released(address), isInPlace: true });
  const path = `/v1/suppressions/${encodeURIComponent(address)}`;
  return (
    <FormDialog
      title={text.releaseTitle(address)}
      submit={text.release}
      isBusy={release.isPending}
      error={release.error}
      onClose={onClose}
      onSubmit={() => release.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      {text.releaseText}
    </FormDialog>
  );
}
