/** An SMTP client that says exactly what the test says, byte for byte. */
import net from 'node:net';
import tls from 'node:tls';
import { noteRefusals } from './refusals-met.ts';

export type RawSmtp = {
  /** Sends these bytes and waits for one reply; `closed` when the server hangs up instead. */
  say(bytes: string | Buffer): Promise<string>;
  write(bytes: string | Buffer): void;
  reply(): Promise<string>;
  startTls(): Promise<void>;
  close(): void;
};

const wholeReply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/;

export async function openRawSmtp(port: number, host = '127.0.0.1'): Promise<RawSmtp> {
  let socket: net.Socket = net.connect({ port, host, noDelay: true });
  let received = '';
  let closed = false;
  let wake = (): void => undefined;
  const listen = (): void => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed = true;
      wake();
    });
  };
  listen();
  const reply = async (): Promise<string> => {
    for (;;) {
      const [whole] = wholeReply.exec(received) ?? [];
      if (whole !== undefined) {
        received = received.slice(whole.length);
        noteRefusals('smtp', whole);
        return whole.trimEnd();
      }
      if (closed) return 'closed';
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const write = (bytes: string | Buffer): void => void socket.write(bytes);
  return {
    write,
    reply,
    async say(bytes) {
      write(bytes);
      return reply();
    },
    async startTls() {
      socket.removeAllListeners('data').removeAllListeners('close');
      const secured = tls.connect({ socket, rejectUnauthorized: false });
      await new Promise<void>((resolve, reject) =>
        secured.once('secureConnect', resolve).once('error', reject),
      );
      socket = secured;
      listen();
    },
    close: () => void socket.destroy(),
  };
}
