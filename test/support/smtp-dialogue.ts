import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { noteRefusals } from './refusals-met.ts';

/** An SMTP client that sends exactly the given bytes and checks nothing. */
export type Reply = { readonly code: number; readonly lines: readonly string[]; readonly text: string };

export type Dialogue = {
  readonly socket: () => Socket;
  /** The next reply; rejects when the server closes or stays silent instead. */
  reply(): Promise<Reply>;
  /** Sends a line with CRLF and waits for its reply. */
  say(line: string | Buffer): Promise<Reply>;
  /** Sends bytes and waits for nothing. */
  send(bytes: string | Buffer): void;
  /** TLS from here on, after the 220 to STARTTLS. */
  upgrade(): Promise<void>;
  /** Resolves when the server has closed. */
  closed(): Promise<void>;
  close(): void;
};

export type DialogueOptions = {
  readonly port: number;
  readonly host?: string;
  readonly localAddress?: string;
  readonly tls?: 'none' | 'starttls' | 'implicit';
  readonly silenceMs?: number;
  /** Shown to the server in the TLS handshake. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** A TLS session to take up again. */
  readonly session?: Buffer;
};

type Waiting = { resolve(reply: Reply): void; reject(error: Error): void };

const textOf = (line: string): string => line.slice(4);

/** Collects whole replies: a reply ends with a line whose code is followed by a blank. RFC 5321 §4.2.1. */
function replyReader() {
  let rest = '';
  let lines: string[] = [];
  const ready: Reply[] = [];
  const waiting: Waiting[] = [];
  let end: Error | undefined;
  const deliver = (reply: Reply): void => {
    const next = waiting.shift();
    if (next === undefined) ready.push(reply);
    else next.resolve(reply);
  };
  return {
    feed(chunk: Buffer): void {
      const parts = (rest + chunk.toString('latin1')).split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        if (line[3] === '-') continue;
        noteRefusals('smtp', line);
        deliver({ code: Number(line.slice(0, 3)), lines: lines.map(textOf), text: textOf(line) });
        lines = [];
      }
    },
    stop(reason: Error): void {
      end ??= reason;
      for (const one of waiting.splice(0)) one.reject(end);
    },
    next(): Promise<Reply> {
      const reply = ready.shift();
      if (reply !== undefined) return Promise.resolve(reply);
      if (end !== undefined) return Promise.reject(end);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
}

const opened = (socket: Socket, event: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, () => resolve()).once('error', reject);
  });

/** Connects and reads the greeting; with `starttls` goes on to TLS. EHLO is left to the caller. */
export async function openDialogue(options: DialogueOptions): Promise<Dialogue> {
  const { port, host = '127.0.0.1', tls = 'none', silenceMs = 10_000 } = options;
  const target = {
    port,
    host,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  };
  const lax = {
    rejectUnauthorized: false,
    ...options.certificate,
    ...(options.session === undefined ? {} : { session: options.session }),
  };
  let socket: Socket = tls === 'implicit' ? connectTls({ ...target, ...lax }) : connectTcp(target);
  const reader = replyReader();
  const gone = Promise.withResolvers<void>();
  const attach = (): void => {
    socket.on('data', (chunk: Buffer) => reader.feed(chunk));
    socket.on('error', (error) => reader.stop(error));
    socket.on('close', () => {
      reader.stop(new Error('The server closed the connection'));
      gone.resolve();
    });
    socket.setNoDelay(true);
  };
  attach();
  await opened(socket, tls === 'implicit' ? 'secureConnect' : 'connect');
  const reply = async (): Promise<Reply> => {
    const timer = setTimeout(() => reader.stop(new Error(`No reply within ${silenceMs} ms`)), silenceMs);
    return reader.next().finally(() => clearTimeout(timer));
  };
  const dialogue: Dialogue = {
    socket: () => socket,
    reply,
    say(line) {
      socket.write(Buffer.concat([Buffer.from(line), Buffer.from('\r\n')]));
      return reply();
    },
    send: (bytes) => void socket.write(bytes),
    async upgrade() {
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
      socket = connectTls({ socket, ...lax });
      attach();
      await opened(socket, 'secureConnect');
    },
    closed: () => gone.promise,
    close: () => void socket.destroy(),
  };
  await reply();
  if (tls === 'starttls') {
    await dialogue.say('EHLO client.example');
    await dialogue.say('STARTTLS');
    await dialogue.upgrade();
  }
  return dialogue;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const plainToken = (username: string, password: string, authzid = ''): string =>
  base64(`${authzid}\0${username}\0${password}`);

/** EHLO and AUTH PLAIN. */
export async function logIn(dialogue: Dialogue, username: string, password: string): Promise<Reply> {
  await dialogue.say('EHLO client.example');
  return dialogue.say(`AUTH PLAIN ${plainToken(username, password)}`);
}

/** MAIL, RCPT, DATA and the message; the last reply, or the first that says no. */
export async function sendMessage(
  dialogue: Dialogue,
  { from, to, bytes }: { readonly from: string; readonly to: string; readonly bytes: string | Buffer },
): Promise<Reply> {
  for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
    const said = await dialogue.say(line);
    if (said.code >= 400) return said;
  }
  return dialogue.say(Buffer.concat([Buffer.from(bytes), Buffer.from('\r\n.')]));
}
