import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { SmtpCredentialSecretView } from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { BoundsFields } from './bounds-fields.tsx';
import { bodyOf, noBounds } from './credential-bounds.ts';

type Making = {
  readonly onClose: () => void;
  readonly onSecret: (made: SmtpCredentialSecretView) => void;
};

/** Closes the form and shows the secret. */
const thenShow =
  ({ onClose, onSecret }: Making) =>
  (made: SmtpCredentialSecretView): void => {
    onClose();
    onSecret(made);
  };

export function CreateCredential(making: Making) {
  const [name, setName] = useState('');
  const [bounds, setBounds] = useState(noBounds);
  const [isSandbox, setSandbox] = useState(false);
  const create = useChange<SmtpCredentialSecretView>({ isInPlace: true });
  const body = { name: name.trim(), sandbox: isSandbox, ...bodyOf(bounds) };
  return (
    <FormDialog
      title={text.smtp}
      submit={text.add}
      isBusy={create.isPending}
      isReady={name.trim() !== ''}
      error={create.error}
      onClose={making.onClose}
      onSubmit={() => create.mutate({ path: '/v1/smtp-credentials', body }, { onSuccess: thenShow(making) })}
    >
      <TextInput
        data-autofocus
        label={text.name}
        description={text.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <BoundsFields bounds={bounds} onChange={setBounds} />
      <Checkbox
        label={text.inSandbox}
        checked={isSandbox}
        onChange={(event) => setSandbox(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

type RevokeProps = { readonly name: string; readonly path: string; readonly onClose: () => void };

export function RevokeDialog({ name, path, onClose }: RevokeProps) {
  const revoke = useChange({ done: text.revoked(name), isInPlace: true });
  return (
    <FormDialog
      title={text.revokeTitle(name)}
      submit={text.revoke}
      isDangerous
      isBusy={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onSubmit={() => revoke.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      {text.revokeText}
    </FormDialog>
  );
}
