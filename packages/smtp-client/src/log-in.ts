/** AUTH at a smart host. RFC 4954. */
import { type Exchange, sendCommand } from './commands.ts';
import { ConnectionError } from './connection-error.ts';
import { refuseSession } from './no-session.ts';
import type { Target } from './target.ts';
import type { TlsFacts } from './tls-handshake.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A password goes to a server with a verified certificate, or stays on this machine. */
export const mayReceivePassword = ({ address }: Target, facts: TlsFacts | undefined): boolean =>
  facts?.verified === true || /^(127\.|::1$)/.test(address);

/** By AUTH PLAIN, or by AUTH LOGIN where PLAIN is missing. Rejects with `NoSession` when the server refuses. */
export async function logIn(
  on: Exchange,
  extensions: ReadonlyMap<string, string>,
  { username, password }: NonNullable<Target['auth']>,
): Promise<void> {
  const mechanisms = (extensions.get('AUTH') ?? '').toUpperCase().split(' ');
  if (mechanisms.includes('PLAIN')) {
    const credentials = base64(`\0${username}\0${password}`);
    const reply = await sendCommand(on, `AUTH PLAIN ${credentials}`, 'AUTH PLAIN (hidden)');
    return reply.code === 235 ? undefined : refuseSession('auth', reply);
  }
  if (!mechanisms.includes('LOGIN'))
    throw new ConnectionError('garbage', 'the smart host offers neither AUTH PLAIN nor LOGIN');
  const asksName = await sendCommand(on, 'AUTH LOGIN');
  if (asksName.code !== 334) refuseSession('auth', asksName);
  const asksPassword = await sendCommand(on, base64(username), '(hidden)');
  if (asksPassword.code !== 334) refuseSession('auth', asksPassword);
  const reply = await sendCommand(on, base64(password), '(hidden)');
  if (reply.code !== 235) refuseSession('auth', reply);
}
