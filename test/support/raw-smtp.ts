/** An SMTP client that says exactly what the test says, octet for octet. */
import net from 'node:net';
import tls from 'node:tls';

export type RawSmtp = {
  /** Sends these octets and waits for one reply; `closed` when the server hangs up instead. */
  say(octets: string | Buffer): Promise<string>;
  write(octets: string | Buffer): void;
  reply(): Promise<string>;
  startTls(): Promise<void>;
  close(): void;
};

const wholeReply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/;

export async function openRawSmtp(port: number, host = '127.0.0.1'): Promise<RawSmtp> {
  let socket: net.Socket = net.connect({ port, host, noDelay: true });
  let heard = '';
  let closed = false;
  let wake = (): void => undefined;
  const listen = (): void => {
    socket.on('data', (octets) => {
      heard += octets.toString('latin1');
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
      const [whole] = wholeReply.exec(heard) ?? [];
      if (whole !== undefined) {
        heard = heard.slice(whole.length);
        return whole.trimEnd();
      }
      if (closed) return 'closed';
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const write = (octets: string | Buffer): void => void socket.write(octets);
  return {
    write,
    reply,
    async say(octets) {
      write(octets);
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
