/** Signs in by address and password, and by a code where the user has a second factor. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useProvider } from '../../api/login-methods.ts';
import { askPasskey, type PasskeyOptions, placeOfPasskeys } from '../../api/passkey-browser.ts';
import { problemOf } from '../../api/problem-error.ts';
import { request } from '../../api/request.ts';
import { sessionQuery } from '../../api/session.ts';
import { useUrlSearch } from '../../api/use-search.ts';
import { loginText } from '../../text/login.ts';
import { passkeyText } from '../../text/passkeys.ts';
import { shellText } from '../../text/shell.ts';
import { signOnText } from '../../text/single-sign-on.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PasskeyNotice } from '../../ui/passkey-notice.tsx';
import css from './login-page.module.css';

type Login = { readonly email: string; readonly password: string; readonly code?: string };

const logIn = (login: Login) => request('/v1/session', { method: 'POST', body: login });

async function logInByPasskey(): Promise<unknown> {
  const options = await request<PasskeyOptions>('/v1/session/passkey/options', { method: 'POST' });
  const credential = await askPasskey(options);
  return request('/v1/session/passkey', { method: 'POST', body: { credential } });
}

/** Only a path of the dashboard: a link must not lead elsewhere after the login. */
const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';

function useLogin<Given>(mutationFn: (given: Given) => Promise<unknown>) {
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useUrlSearch();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      client.removeQueries();
      await client.fetchQuery(sessionQuery);
      router.history.push(router.basepath === '/' ? safeNext(next) : `${router.basepath}${safeNext(next)}`);
    },
  });
}

function CodeField() {
  return (
    <TextInput
      name="code"
      label={loginText.code}
      description={loginText.codeHint}
      autoComplete="one-time-code"
      inputMode="numeric"
      required
      ref={(element) => element?.focus()}
    />
  );
}

function PasskeyLogin() {
  const place = placeOfPasskeys();
  const login = useLogin<void>(logInByPasskey);
  return (
    <>
      {login.error !== null && <ErrorPanel error={login.error} />}
      {place.works ? (
        <BusyButton variant="default" size="sm" isBusy={login.isPending} onClick={() => login.mutate()}>
          {passkeyText.signIn}
        </BusyButton>
      ) : (
        <small>
          <PasskeyNotice place={place} />
        </small>
      )}
    </>
  );
}

/** Only where the operator has set a provider. */
function ProviderLogin() {
  const provider = useProvider();
  if (provider === undefined) return null;
  return (
    <Button component="a" href={provider.url} variant="default" size="sm" className={css.provider ?? ''}>
      {signOnText.title(visible(provider.name))}
    </Button>
  );
}

export function LoginPage() {
  const login = useLogin(logIn);
  const [needsCode, setNeedsCode] = useState(false);
  const isSecondStep = login.error !== null && problemOf(login.error).code === 'second_factor_required';
  useEffect(() => {
    document.title = `${loginText.title} · ${shellText.product}`;
    if (isSecondStep) setNeedsCode(true);
  }, [isSecondStep]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const code = String(form.get('code') ?? '').trim();
    login.mutate({
      email: String(form.get('email')),
      password: String(form.get('password')),
      ...(code === '' ? {} : { code }),
    });
  };
  return (
    <main className={css.page}>
      <form className={css.card} onSubmit={submit}>
        <div className={css.brand}>
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} width="28" height="28" alt="" />
          <h1>{loginText.title}</h1>
        </div>
        <Stack gap="sm">
          <TextInput name="email" type="email" label={loginText.email} autoComplete="username" required />
          <PasswordInput
            name="password"
            label={loginText.password}
            autoComplete="current-password"
            required
          />
          {needsCode && <CodeField />}
          {login.error !== null && !isSecondStep && <ErrorPanel error={login.error} />}
          <BusyButton type="submit" size="sm" isBusy={login.isPending}>
            {loginText.submit}
          </BusyButton>
          <PasskeyLogin />
          <ProviderLogin />
        </Stack>
      </form>
    </main>
  );
}
