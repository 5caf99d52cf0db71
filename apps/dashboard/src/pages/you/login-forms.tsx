import { PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { UserView } from '../../api/views.ts';
import { youText as text } from '../../text/team.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import css from './you-page.module.css';

const path = '/v1/me';

export function NameForm({ user }: { readonly user: UserView }) {
  const [name, setName] = useState(user.name);
  const save = useChange({ done: text.nameSaved, isInPlace: true });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ path, method: 'PATCH', body: { name: name.trim() } });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={text.email} value={user.email} readOnly autoComplete="username" />
        <TextInput
          label={text.name}
          value={name}
          autoComplete="name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {save.error !== null && <ErrorPanel error={save.error} />}
        <div>
          <BusyButton
            type="submit"
            variant="default"
            isBusy={save.isPending}
            disabled={name.trim() === user.name}
          >
            {text.saveName}
          </BusyButton>
        </div>
      </Stack>
    </form>
  );
}

export function PasswordForm() {
  const save = useChange({ done: text.passwordSaved, isInPlace: true });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    const body = { current_password: String(typed.get('current')), password: String(typed.get('next')) };
    save.mutate({ path, method: 'PATCH', body }, { onSuccess: () => form.reset() });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput name="current" label={text.current} autoComplete="current-password" required />
        <PasswordInput
          name="next"
          label={text.next}
          description={text.nextHint}
          autoComplete="new-password"
          minLength={12}
          required
        />
        {save.error !== null && <ErrorPanel error={save.error} />}
        <div>
          <BusyButton type="submit" variant="default" isBusy={save.isPending}>
            {text.savePassword}
          </BusyButton>
        </div>
      </Stack>
    </form>
  );
}
