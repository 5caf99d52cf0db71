/** Links the reader with its login at the provider of OpenID Connect. Shown where the operator has set one. */
import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useProvider } from '../../api/login-methods.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { OidcLinkView, OidcStartView, UserView } from '../../api/views.ts';
import { signOnText as text } from '../../text/single-sign-on.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { FormDialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/page.tsx';

const path = '/v1/me/oidc';

type LinkProps = { readonly user: UserView; readonly name: string; readonly onClose: () => void };

function LinkDialog({ user, name, onClose }: LinkProps) {
  const [password, setPassword] = useState('');
  const begin = useChange<OidcStartView>({ isInPlace: true });
  const body = user.has_password ? { current_password: password } : {};
  return (
    <FormDialog
      title={text.title(name)}
      submit={text.link}
      isBusy={begin.isPending}
      isReady={!user.has_password || password !== ''}
      error={begin.error}
      onClose={onClose}
      onSubmit={() => begin.mutate({ path, body }, { onSuccess: ({ url }) => window.location.assign(url) })}
    >
      {text.notLinked(name)}
      {user.has_password && (
        <PasswordInput
          data-autofocus
          label={text.current}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

export function SingleSignOn({ user }: { readonly user: UserView }) {
  const provider = useProvider();
  const { data } = useRecord<OidcLinkView>(path, {}, { enabled: provider !== undefined });
  const [isLinking, setLinking] = useState(false);
  const unlink = useChange({ done: text.unlinked });
  if (provider === undefined || data === undefined) return null;
  const name = visible(provider.name);
  const isLinked = data.linked_at !== null;
  return (
    <Section title={text.title(name)}>
      <p>{isLinked ? text.linked(name) : text.notLinked(name)}</p>
      {isLinked ? (
        <BusyButton
          variant="default"
          isBusy={unlink.isPending}
          onClick={() => unlink.mutate({ path, method: 'DELETE' })}
        >
          {text.unlink}
        </BusyButton>
      ) : (
        <Button variant="default" onClick={() => setLinking(true)}>
          {text.link}
        </Button>
      )}
      {isLinking && <LinkDialog user={user} name={name} onClose={() => setLinking(false)} />}
    </Section>
  );
}
