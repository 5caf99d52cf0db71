import type { Dev } from './dev.ts';
import type { DevFile } from './dev-file.ts';
import { snippetsFor } from './snippets.ts';

/** The first output of `waybill dev`: URLs, logins, and examples to paste. */
export function banner(dev: DevFile, { signInUrl }: Pick<Dev, 'signInUrl'>, seconds: number): string {
  const { username, password } = dev.credential;
  const lines = [
    '',
    `  Waybill is ready after ${seconds.toFixed(1)} s. No mail leaves this machine: the sandbox receives it for every recipient.`,
    '',
    `  Dashboard  ${signInUrl}   (logs in once; later as ${dev.dashboard.email} with the password in dev.json)`,
    `  Sandbox    ${dev.dashboard.url}sandbox`,
    `  API        ${dev.api.url}/docs`,
    `  API key    ${dev.api.key}`,
    `  SMTP       ${dev.smtp.host}:${dev.smtp.port}   (STARTTLS ${dev.smtpStartTls.port}, TLS ${dev.smtps.port}; CA in ${dev.caFile})`,
    `  User       ${username}`,
    `  Password   ${password}`,
    `  From       anything@${dev.account.domain}`,
    '',
    '  Send a message. Paste any of these into another terminal:',
    ...snippetsFor(dev).flatMap(({ name, shell }) => ['', `  # ${name}`, shell]),
    '',
    '  Ctrl-C stops all processes; the data stays. Each event of a message is printed below.',
    '',
  ];
  return lines.join('\n');
}
