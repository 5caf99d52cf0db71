/** Shows the secret of a credential once, with snippets that hold it. */
import { useRecord, useRecords } from '../../api/use-records.ts';
import type {
  ApiKeySecretView,
  DomainView,
  OwnAccountView,
  SmtpCredentialSecretView,
} from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { keySnippets } from './key-snippets.ts';
import { type SmtpLogin, smtpSnippets } from './smtp-snippets.ts';
import { SnippetPicker } from './snippet-picker.tsx';

/** A sender that works: of a verified domain where there is one. */
function useFrom(): string {
  const { data } = useRecords<DomainView>('/v1/domains');
  const domains = data?.pages.flatMap((page) => page.data) ?? [];
  const domain = domains.find(({ status }) => status === 'verified') ?? domains[0];
  return `hello@${domain?.domain ?? 'your-domain.example'}`;
}

/** The port that clients should use: encrypted where one is open. */
function portOf(smtp: OwnAccountView['smtp']): Pick<SmtpLogin, 'port' | 'security'> | undefined {
  const ports = [
    [smtp.starttls_port, 'starttls'],
    [smtp.tls_port, 'tls'],
    [smtp.cleartext_port, 'none'],
  ] as const;
  const [port, security] = ports.find(([number]) => number !== null) ?? [];
  return port === undefined || port === null || security === undefined ? undefined : { port, security };
}

type SmtpProps = { readonly made: SmtpCredentialSecretView; readonly onClose: () => void };

export function SmtpSecret({ made: { username, secret }, onClose }: SmtpProps) {
  const { data } = useRecord<OwnAccountView>('/v1/account');
  const from = useFrom();
  const port = data === undefined ? undefined : portOf(data.smtp);
  return (
    <SecretDialog
      title={text.onceTitle}
      lead={text.onceText}
      secrets={[
        [text.username, username],
        [text.secret, secret],
      ]}
      done={text.done}
      onClose={onClose}
    >
      {data !== undefined && port !== undefined && (
        <SnippetPicker
          snippets={smtpSnippets({ ...port, host: data.smtp.host, username, password: secret, from })}
        />
      )}
    </SecretDialog>
  );
}

type KeyProps = { readonly made: ApiKeySecretView; readonly onClose: () => void };

export function KeySecret({ made: { key }, onClose }: KeyProps) {
  const from = useFrom();
  return (
    <SecretDialog
      title={text.onceTitle}
      lead={text.onceText}
      secrets={[[text.key, key]]}
      done={text.done}
      onClose={onClose}
    >
      <SnippetPicker snippets={keySnippets({ origin: window.location.origin, key, from })} />
    </SecretDialog>
  );
}
