/** Codes of an authenticator app, and recovery codes for when it is lost. */
import { Button, Group, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { TotpSecretView, TotpView } from '../../api/views.ts';
import { youText as text } from '../../text/team.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { Waiting } from '../../ui/waiting.tsx';

const path = '/v1/me/totp';
type Codes = { readonly codes: readonly string[] };
type Opened = 'set up' | 'switch off' | 'new codes';

export function SecondFactor() {
  const { data, error } = useRecord<TotpView>(path);
  const [opened, setOpened] = useState<Opened>();
  const [made, setMade] = useState<Codes>();
  const close = (): void => setOpened(undefined);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  const isOn = data.enabled_at !== null;
  return (
    <>
      <p>
        {isOn ? text.factorOn : text.factorOff} {isOn && text.codesLeft(data.recovery_codes_left)}
      </p>
      <Group gap="xs">
        {!isOn && <Button onClick={() => setOpened('set up')}>{text.turnOn}</Button>}
        {isOn && (
          <>
            <Button variant="default" onClick={() => setOpened('new codes')}>
              {text.newCodes}
            </Button>
            <Button variant="default" onClick={() => setOpened('switch off')}>
              {text.turnOff}
            </Button>
          </>
        )}
      </Group>
      {opened === 'set up' && <SetUp onClose={close} onCodes={setMade} />}
      {opened === 'switch off' && <SwitchOff onClose={close} />}
      {opened === 'new codes' && <NewCodes onClose={close} onCodes={setMade} />}
      {made !== undefined && (
        <SecretDialog
          title={text.codesTitle}
          lead={text.codesLead}
          secrets={[[text.codes, made.codes.join('\n')]]}
          done={text.kept}
          onClose={() => setMade(undefined)}
        />
      )}
    </>
  );
}

type Closing = { readonly onClose: () => void };
type Making = Closing & { readonly onCodes: (made: Codes) => void };

const thenShow =
  ({ onClose, onCodes }: Making) =>
  (made: Codes): void => {
    onClose();
    onCodes(made);
  };

const CodeField = ({
  code,
  onChange,
}: {
  readonly code: string;
  readonly onChange: (code: string) => void;
}) => (
  <TextInput
    data-autofocus
    label={text.code}
    autoComplete="one-time-code"
    value={code}
    onChange={(event) => onChange(event.currentTarget.value.trim())}
  />
);

/** First the password makes a secret, then a first code of it switches the second factor on. */
function SetUp(making: Making) {
  const [password, setPassword] = useState('');
  const begin = useChange<TotpSecretView>({ isInPlace: true });
  if (begin.data !== undefined) return <ConfirmSecret secret={begin.data} {...making} />;
  return (
    <FormDialog
      title={text.turnOn}
      submit={text.turnOn}
      isBusy={begin.isPending}
      isReady={password !== ''}
      error={begin.error}
      onClose={making.onClose}
      onSubmit={() => begin.mutate({ path, body: { current_password: password } })}
    >
      <PasswordInput
        data-autofocus
        label={text.current}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function ConfirmSecret({ secret, ...making }: Making & { readonly secret: TotpSecretView }) {
  const [code, setCode] = useState('');
  const confirm = useChange<Codes>({ isInPlace: true });
  return (
    <FormDialog
      title={text.turnOn}
      submit={text.confirm}
      isBusy={confirm.isPending}
      isReady={code.length >= 6}
      error={confirm.error}
      onClose={making.onClose}
      onSubmit={() =>
        confirm.mutate({ path: `${path}/confirm`, body: { code } }, { onSuccess: thenShow(making) })
      }
    >
      {text.secretLead}
      <Verbatim text={secret.secret} label={text.secret} />
      <Verbatim text={secret.uri} label={text.uri} />
      <CodeField code={code} onChange={setCode} />
    </FormDialog>
  );
}

function SwitchOff({ onClose }: Closing) {
  const [code, setCode] = useState('');
  const remove = useChange({ done: text.turnedOff, isInPlace: true });
  return (
    <FormDialog
      title={text.turnOff}
      submit={text.turnOff}
      isDangerous
      isBusy={remove.isPending}
      isReady={code.length >= 6}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path, method: 'DELETE', body: { code } }, { onSuccess: onClose })}
    >
      <CodeField code={code} onChange={setCode} />
    </FormDialog>
  );
}

function NewCodes(making: Making) {
  const [code, setCode] = useState('');
  const make = useChange<Codes>({ isInPlace: true });
  return (
    <FormDialog
      title={text.newCodes}
      submit={text.newCodes}
      isBusy={make.isPending}
      isReady={code.length >= 6}
      error={make.error}
      onClose={making.onClose}
      onSubmit={() =>
        make.mutate({ path: '/v1/me/recovery-codes', body: { code } }, { onSuccess: thenShow(making) })
      }
    >
      <CodeField code={code} onChange={setCode} />
    </FormDialog>
  );
}
