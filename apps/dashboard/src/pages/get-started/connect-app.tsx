/** The settings of a chosen program, filled with the values of the account. A new password is kept by this page alone. */
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { OwnAccountView, SmtpCredentialSecretView } from '../../api/views.ts';
import { getStartedText as text } from '../../text/get-started.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Note } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { appSettings } from './app-settings.ts';
import { type Connection, placeholders } from './connection.ts';
import css from './get-started-page.module.css';

type Smtp = OwnAccountView['smtp'];
type Way = { readonly port: number; readonly isTls: boolean; readonly words: string };

const waysOf = ({ starttls_port: starttls, cleartext_port: cleartext }: Smtp): readonly Way[] => [
  ...(starttls === null ? [] : [{ port: starttls, isTls: true, words: text.tls(starttls) }]),
  ...(cleartext === null ? [] : [{ port: cleartext, isTls: false, words: text.cleartext(cleartext) }]),
];

const Values = ({ connection }: { readonly connection: Connection }) => (
  <Facts
    rows={[
      [text.host, <CopyableId key="host" id={connection.host} label={text.host} />],
      [text.port, <CopyableId key="port" id={String(connection.port)} label={text.port} />],
      [text.user, <CopyableId key="user" id={connection.user} label={text.user} />],
      [text.password, <CopyableId key="password" id={connection.password} label={text.password} />],
      [text.from, <CopyableId key="from" id={connection.from} label={text.from} />],
    ]}
  />
);

type Making = {
  readonly made: SmtpCredentialSecretView | undefined;
  readonly onMade: (made: SmtpCredentialSecretView) => void;
};

function MakeCredential({ made, onMade }: Making) {
  const create = useChange<SmtpCredentialSecretView>();
  if (!useMay('developer')) return null;
  if (made !== undefined) return <Note>{text.credentialMade}</Note>;
  const asked = { path: '/v1/smtp-credentials', body: { name: text.credentialName } };
  return (
    <div>
      <BusyButton isBusy={create.isPending} onClick={() => create.mutate(asked, { onSuccess: onMade })}>
        {text.createCredential}
      </BusyButton>{' '}
      {text.haveCredential}
    </div>
  );
}

type ConnectAppProps = { readonly smtp: Smtp; readonly from: string | undefined };

export function ConnectApp({ smtp, from = `app@${placeholders.domain}` }: ConnectAppProps) {
  const ways = waysOf(smtp);
  const [name, setName] = useState(appSettings[0]?.name ?? '');
  const [words, setWords] = useState(ways[0]?.words);
  const [made, setMade] = useState<SmtpCredentialSecretView>();
  const way = ways.find((one) => one.words === words) ?? ways[0];
  const app = appSettings.find((one) => one.name === name);
  if (way === undefined || app === undefined) return null;
  const { user, password } =
    made === undefined ? placeholders : { user: made.username, password: made.secret };
  const connection = { host: smtp.host, port: way.port, isTls: way.isTls, user, password, from };
  return (
    <div className={css.settings}>
      <p>{text.connectLead}</p>
      <div className={css.choices}>
        <NativeSelect
          label={text.app}
          value={name}
          data={appSettings.map((one) => one.name)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={text.connection}
          value={way.words}
          data={ways.map((one) => one.words)}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </div>
      <MakeCredential made={made} onMade={setMade} />
      <Values connection={connection} />
      <div>
        {text.place} <code>{app.place}</code>
      </div>
      <Verbatim text={app.text(connection)} label={app.name} />
      {smtp.tls_port !== null && <p>{text.implicitTls(smtp.tls_port)}</p>}
    </div>
  );
}
