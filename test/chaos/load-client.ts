/** One client of the load: logs in, submits messages on one connection, and connects again when it is cut. */
import net from 'node:net';

export type Login = { readonly username: string; readonly password: string };

/** How one transaction ended, as the client saw it. Without an answer the client would send it again. */
export type Ended =
  | { readonly kind: 'accepted'; readonly reply: string }
  | { readonly kind: 'refused'; readonly reply: string }
  | { readonly kind: 'unanswered'; readonly reply: '' };

export type LoadSession = {
  send(mail: { readonly from: string; readonly to: string; readonly bytes: Buffer }): Promise<Ended>;
  /** How the server ended it, when it did: its 421, or the error of the socket. */
  readonly ending: Promise<string>;
  close(): void;
};

const wholeReply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/;
const REPLY_MS = 90_000;

type Talk = {
  say(line: string | Buffer): Promise<string>;
  readonly socket: net.Socket;
  readonly ending: Promise<string>;
};

async function openTalk(port: number): Promise<Talk> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  let last = '';
  let gone: string | undefined;
  let wake = (): void => undefined;
  const ended = Promise.withResolvers<string>();
  socket.on('data', (read: Buffer) => {
    received += read.toString('latin1');
    wake();
  });
  const end = (why: string): void => {
    gone ??= why;
    ended.resolve(/^421/m.test(`${last}\n${received}`) ? '421' : gone);
    wake();
  };
  socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  socket.on('close', () => end('closed'));
  socket.setTimeout(REPLY_MS, () => socket.destroy());
  const reply = async (): Promise<string> => {
    for (;;) {
      const whole = wholeReply.exec(received)?.[0];
      if (whole !== undefined) {
        received = received.slice(whole.length);
        last = whole.trimEnd();
        return last;
      }
      if (gone !== undefined) return '';
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const say = (line: string | Buffer): Promise<string> => {
    if (line.length > 0) socket.write(line);
    return reply();
  };
  return { say, socket, ending: ended.promise };
}

async function logIn({ say }: Talk, { username, password }: Login): Promise<string> {
  const blob = Buffer.from(`\0${username}\0${password}`).toString('base64');
  for (const [line, code] of [
    ['', '220'],
    ['EHLO load.example\r\n', '250'],
    [`AUTH PLAIN ${blob}\r\n`, '235'],
  ] as const) {
    const reply = await say(line);
    if (!reply.startsWith(code)) return reply === '' ? 'closed' : reply;
  }
  return '';
}

type Mail = Parameters<LoadSession['send']>[0];

const endedBy = (reply: string): Ended => {
  if (reply === '') return { kind: 'unanswered', reply };
  return { kind: reply.startsWith('250') ? 'accepted' : 'refused', reply };
};

async function transact(talk: Talk, { from, to, bytes }: Mail): Promise<Ended> {
  for (const line of [`MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n']) {
    const reply = await talk.say(line);
    // No message was submitted yet, so a missing reply loses none.
    if (reply === '') return { kind: 'refused', reply: 'closed' };
    if (/^[23]/.test(reply)) continue;
    if (!reply.startsWith('421')) await talk.say('RSET\r\n');
    return { kind: 'refused', reply };
  }
  talk.socket.write(bytes);
  return endedBy(await talk.say('\r\n.\r\n'));
}

/** A string: why there is no session now. */
export async function openLoadSession(port: number, login: Login): Promise<LoadSession | string> {
  const talk = await openTalk(port);
  const trouble = await logIn(talk, login);
  if (trouble !== '') {
    talk.socket.destroy();
    return trouble;
  }
  return {
    ending: talk.ending,
    close: () => void talk.socket.end('QUIT\r\n'),
    send: (mail) => transact(talk, mail),
  };
}
