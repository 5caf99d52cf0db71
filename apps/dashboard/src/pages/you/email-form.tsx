/** Another address for the login. It counts once its mailbox confirms it. */
import { Group, Stack, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { UserView } from '../../api/views.ts';
import { emailText as text } from '../../text/you.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ProofField, useProof } from '../../ui/proof-field.tsx';
import css from './you-page.module.css';

const asked = (body: Readonly<Record<string, unknown>>) => ({
  path: '/v1/me',
  method: 'PATCH' as const,
  body,
});

export function EmailForm({ user }: { readonly user: UserView }) {
  const save = useChange<UserView>({ done: text.asked, isInPlace: true });
  const proof = useProof(user);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    save.mutate(asked({ email: String(typed.get('email')).trim(), ...proof.body }), {
      onSuccess: () => {
        form.reset();
        proof.type('');
      },
    });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Stack gap="sm">
        <p>{text.lead(user.email)}</p>
        {user.pending_email !== null && (
          <p role="status">
            <strong>{text.pending(user.pending_email)}</strong>
          </p>
        )}
        <TextInput name="email" type="email" label={text.email} autoComplete="off" required />
        <ProofField proof={proof} />
        {save.error !== null && <ErrorPanel error={save.error} />}
        <Group>
          <BusyButton type="submit" variant="default" isBusy={save.isPending}>
            {text.change}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  );
}
