/** The next hop that counts: which message arrived how often. A message has arrived once its last byte was read. */
import net, { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export type Arrival = { readonly at: number; readonly bytes: number };

export type CountingSink = {
  readonly port: number;
  /** By the id that the load wrote into the subject. */
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>;
  /** Answers each final dot after so long. */
  delayMs: number;
  /** While true every RCPT is put off, so that mail queues up in front of us. */
  isBusy: boolean;
  close(): Promise<void>;
};

const idPattern = /^Subject: chaos ([a-z0-9-]+)/im;
const DOT = Buffer.from('\r\n.\r\n');
const SUBJECT_WITHIN = 2 * 1_048_576;

type Talk = {
  readonly socket: net.Socket;
  chunks: Buffer[];
  bytes: number;
  /** The last bytes read, in which the final dot may have begun. */
  tail: Buffer;
  isData: boolean;
};

const replies: Readonly<Record<string, string>> = {
  EHLO: '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 52428800',
  HELO: '250 sink.example',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  RSET: '250 2.0.0 ok',
  NOOP: '250 2.0.0 ok',
  QUIT: '221 2.0.0 bye',
};

export async function openCountingSink(delayMs = 20): Promise<CountingSink> {
  const arrivals = new Map<string, Arrival[]>();
  const open = new Set<net.Socket>();
  const sink = { delayMs, isBusy: false };

  const arrived = (bytes: Buffer): void => {
    const id = idPattern.exec(bytes.toString('latin1', 0, SUBJECT_WITHIN))?.[1] ?? 'unknown';
    const list = arrivals.get(id) ?? [];
    list.push({ at: Date.now(), bytes: bytes.length });
    arrivals.set(id, list);
  };

  const command = (talk: Talk, line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'DATA' && !sink.isBusy) {
      talk.isData = true;
      talk.socket.write('354 go ahead\r\n');
    } else if ((verb === 'RCPT' || verb === 'DATA') && sink.isBusy)
      talk.socket.write('451 4.3.2 busy, come back\r\n');
    else talk.socket.write(`${replies[verb] ?? '500 5.5.1 what?'}\r\n`);
    if (verb === 'QUIT') talk.socket.end();
  };

  const takeData = (talk: Talk): boolean => {
    if (!talk.tail.includes(DOT)) return false;
    const whole = Buffer.concat(talk.chunks);
    const end = whole.lastIndexOf(DOT);
    arrived(whole.subarray(0, end + 2));
    talk.chunks = [whole.subarray(end + DOT.length)];
    talk.bytes = talk.chunks[0]?.length ?? 0;
    talk.tail = Buffer.alloc(0);
    talk.isData = false;
    void wait(sink.delayMs, undefined, { ref: false }).then(
      () => talk.socket.writable && talk.socket.write('250 2.0.0 kept\r\n'),
    );
    return true;
  };

  const takeCommand = (talk: Talk): boolean => {
    const held = Buffer.concat(talk.chunks);
    const end = held.indexOf('\r\n');
    if (end === -1) return false;
    talk.chunks = [held.subarray(end + 2)];
    command(talk, held.toString('latin1', 0, end));
    if (talk.isData) talk.tail = Buffer.concat([Buffer.from('\r\n'), held.subarray(end + 2)]);
    return true;
  };

  const server = net.createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    const talk: Talk = { socket, chunks: [], bytes: 0, tail: Buffer.alloc(0), isData: false };
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (read: Buffer) => {
      talk.chunks.push(read);
      if (talk.isData) talk.tail = Buffer.concat([talk.tail.subarray(-DOT.length), read]);
      while (talk.isData ? takeData(talk) : takeCommand(talk));
    });
    socket.write('220 sink.example ESMTP\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(sink, {
    port: (server.address() as AddressInfo).port,
    arrivals,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  });
}
