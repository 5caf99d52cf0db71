import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { BoundsFields } from './bounds-fields.tsx';
import { bodyOf, boundsOf } from './credential-bounds.ts';

type EditProps = {
  readonly path: string;
  readonly row: {
    readonly name: string;
    readonly networks: readonly string[];
    readonly sender_domains: readonly string[];
  };
  readonly onClose: () => void;
};

/** Changes the name of an SMTP credential or an API key, where it works from and what it sends as. */
export function EditCredential({ path, row, onClose }: EditProps) {
  const [name, setName] = useState(row.name);
  const [bounds, setBounds] = useState(() => boundsOf(row));
  const save = useChange({ done: text.changed(name), isInPlace: true });
  const body = { name: name.trim(), ...bodyOf(bounds) };
  return (
    <FormDialog
      title={text.editTitle(row.name)}
      submit={text.save}
      isBusy={save.isPending}
      isReady={body.name !== ''}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate({ path, method: 'PATCH', body }, { onSuccess: onClose })}
    >
      <TextInput
        data-autofocus
        label={text.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <BoundsFields bounds={bounds} onChange={setBounds} />
    </FormDialog>
  );
}
