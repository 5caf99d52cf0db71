import net from 'node:net';
import { clockMs } from '../clock.ts';
import { openReplyStream, type ServerReply } from './reply-stream.ts';

export type Login = { readonly username: string; readonly password: string };
export type Endpoint = { readonly port: number; readonly login: Login };
export type Envelope = { readonly mailFrom: string; readonly rcptTo: string };

/** The answer to a message and when it was read. Anything but 250 came before or instead of acceptance. */
export type Answer = ServerReply & { readonly at: number };

export type SmtpClient = {
  /** One transaction: MAIL, RCPT and DATA in one write (RFC 2920 §3.1), then the bytes with their dot in one. */
  send(envelope: Envelope, bytesWithDot: Buffer): Promise<Answer>;
  quit(): Promise<void>;
  destroy(): void;
};

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };

const CONNECT_MS = 10_000;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const plainOf = ({ username, password }: Login): string => base64(`\0${username}\0${password}`);

/** One reply for each `next()`, in order. A call that still waits when the connection ends is rejected. */
function listen(socket: net.Socket): () => Promise<Answer> {
  const stream = openReplyStream();
  const unread: Answer[] = [];
  const waiting: Waiting[] = [];
  let ended: Error | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (bytes) => {
    const at = clockMs();
    for (const reply of stream.read(String(bytes))) {
      const answer = { ...reply, at };
      const first = waiting.shift();
      if (first) first.resolve(answer);
      else unread.push(answer);
    }
  });
  socket.on('error', (error) => {
    ended = error;
  });
  socket.on('close', () => {
    ended ??= new Error('the server hung up');
    for (const { reject } of waiting.splice(0)) reject(ended);
  });
  return () =>
    new Promise((resolve, reject) => {
      const answer = unread.shift();
      if (answer) resolve(answer);
      else if (ended) reject(ended);
      else waiting.push({ resolve, reject });
    });
}

/** Connects, greets and logs in with AUTH PLAIN. Rejects with the reply when any of it is refused. */
export async function openSmtpClient({ port, login }: Endpoint): Promise<SmtpClient> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no answer in time')));
  const next = listen(socket);
  const expect = async (code: number, line?: string): Promise<void> => {
    if (line !== undefined) socket.write(`${line}\r\n`);
    const reply = await next();
    if (reply.code === code) return;
    socket.destroy();
    throw new Error(reply.text);
  };
  await expect(220);
  await expect(250, 'EHLO load.example');
  await expect(235, `AUTH PLAIN ${plainOf(login)}`);
  socket.setTimeout(60_000);

  return {
    async send({ mailFrom, rcptTo }, bytesWithDot) {
      socket.write(`MAIL FROM:<${mailFrom}>\r\nRCPT TO:<${rcptTo}>\r\nDATA\r\n`);
      const replies = [await next(), await next(), await next()] as const;
      if (replies[2].code !== 354) return replies.find(({ code }) => code >= 400) ?? replies[2];
      socket.write(bytesWithDot);
      return next();
    },
    async quit() {
      socket.write('QUIT\r\n');
      await next().catch(() => undefined);
      socket.end();
    },
    destroy: () => void socket.destroy(),
  };
}
