import type { DevFile } from './dev-file.ts';
import { snippetsFor } from './snippets.ts';

/** What a newcomer reads first: where things are, how to log in, what to paste. */
export function banner(dev: DevFile, sandboxUrl: string, seconds: number): string {
  const { username, password } = dev.credential;
  const lines = [
    '',
    `  Waybill is ready after ${seconds.toFixed(1)} s. No mail leaves this machine: the sandbox plays every recipient.`,
    '',
    `  Sandbox    ${sandboxUrl}`,
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
    '  Ctrl-C stops everything; the data stays. A line per message follows.',
    '',
  ];
  return lines.join('\n');
}
