/** Clients that mean harm. Each attack runs in a thread of its own: what it costs, it costs the ingress. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Dialogue, logIn, openDialogue } from '../../support/smtp-dialogue.ts';

export type Ports = {
  readonly cleartext: number;
  readonly submission: number;
  readonly submissions: number;
};

/** Goes on until it is over or the time is; says what it heard, each answer once, in order. */
type Attack = (ports: Ports, until: () => boolean) => Promise<readonly string[]>;

const megabyte = 1_048_576;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
/** Attackers have addresses of their own, so that the limit of one is not the good client's. */
const addressOf = (index: number): string => `127.0.${10 + (index >> 7)}.${1 + (index & 127)}`;

type Raw = {
  readonly socket: Socket;
  readonly heard: Set<string>;
  readonly closed: Promise<unknown>;
  /** Resolves when the bytes are sent, or when the server reads no more. */
  write(bytes: string | Buffer): Promise<void>;
};

function raw(port: number, index = 0): Raw {
  const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(index), allowHalfOpen: true });
  const heard = new Set<string>();
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    for (const [said] of chunk.toString('latin1').matchAll(/^\d{3}[ -]\d\.\d\.\d{1,3}/gm)) heard.add(said);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const taken = (bytes: string | Buffer): Promise<void> =>
    new Promise((resolve) => {
      socket.write(bytes, () => resolve());
    });
  return {
    socket,
    heard,
    closed,
    write: (bytes) =>
      socket.destroyed ? Promise.resolve() : Promise.race([taken(bytes), closed.then(() => undefined)]),
  };
}

const envelope = ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'];
const open = (port: number, index = 0): Promise<Dialogue> =>
  openDialogue({ port, localAddress: addressOf(index) });

async function loggedIn(port: number, index = 0): Promise<Dialogue> {
  const client = await open(port, index);
  await logIn(client, 'acme', secret);
  return client;
}

/** One byte of each, every ten milliseconds. */
async function drip(sockets: readonly Socket[], byte: string, until: () => boolean): Promise<void> {
  while (until()) {
    for (const socket of sockets) socket.write(byte);
    await sleep(10);
  }
  for (const socket of sockets) socket.destroy();
}

async function sayAll(client: Dialogue, lines: readonly string[]): Promise<Socket> {
  for (const line of lines) await client.say(line);
  return client.socket();
}

/** So many clients that have said so much, and go on by single bytes. */
const dripping =
  (enter: (port: number, index: number) => Promise<Dialogue>, lines: readonly string[], byte = 'x'): Attack =>
  async ({ cleartext }, until) => {
    const clients = await Promise.all(times(40).map((index) => enter(cleartext, index)));
    await drip(await Promise.all(clients.map((client) => sayAll(client, lines))), byte, until);
    return [];
  };

const helloBegins = Buffer.from([0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x00, 0x3f, 0xfc, 0x03, 0x03]);

const drippingTls =
  (port: 'submission' | 'submissions', before: string): Attack =>
  async (ports, until) => {
    const sockets = times(40).map((index) => raw(ports[port], index).socket);
    await sleep(50);
    for (const socket of sockets) socket.write(before);
    await sleep(100);
    for (const socket of sockets) socket.write(helloBegins);
    await drip(sockets, '\0', until);
    return [];
  };

/** Writes blocks as fast as they are taken, in lines or without, and reports the last word. */
const pouring =
  (make: () => Buffer, count: number): Attack =>
  async ({ cleartext }) => {
    const { socket, heard, closed, write } = raw(cleartext);
    const block = make();
    for (const _ of times(count)) if (!socket.destroyed) await write(block);
    socket.end();
    await closed;
    return [...heard].slice(-1);
  };

/** Sends a whole message so many times and reports the last replies. */
const submitting =
  (make: () => Buffer, count: number): Attack =>
  async ({ cleartext }) => {
    const bytes = make();
    const client = await loggedIn(cleartext);
    const heard = new Set<string>();
    for (const _ of times(count)) {
      for (const line of envelope) await client.say(line);
      const said = await client.say(Buffer.concat([bytes, Buffer.from('\r\n.')]));
      heard.add(`${said.code} ${said.text.replace(/ queued as .*| https.*/, '').replace(/:.*/, '')}`);
    }
    client.close();
    return [...heard];
  };

type Turns = {
  readonly lines: readonly string[];
  readonly heard: Set<string>;
  readonly until: () => boolean;
};

async function repeatOn(client: Dialogue, { lines, heard, until }: Turns): Promise<void> {
  for (let turn = 0; until(); turn += 1) {
    const said = await client.say(lines[turn % lines.length] ?? '').catch(() => undefined);
    // Sent away.
    if (said === undefined) return;
    heard.add(`${said.code} ${said.text.slice(0, 6)}`.trim());
  }
}

/** Says the same for ever, on a new connection once it is sent away. */
const repeating =
  (before: readonly string[], lines: readonly string[]): Attack =>
  async ({ cleartext }, until) => {
    const heard = new Set<string>();
    const one = async (index: number): Promise<void> => {
      while (until()) {
        const client = await open(cleartext, index);
        await sayAll(client, before);
        await repeatOn(client, { lines, heard, until });
        client.close();
      }
    };
    await Promise.all(times(4).map(one));
    return [...heard].sort();
  };

const unread: Attack = async ({ cleartext }, until) => {
  const known = await Promise.all(times(10).map((index) => loggedIn(cleartext, index)));
  const clients = known.map((client) => ({ socket: client.socket() }));
  const block = 'NOOP\r\n'.repeat(20_000);
  for (const { socket } of clients) socket.pause();
  for (const { socket } of clients) for (const _ of times(40)) socket.write(block);
  while (until()) await sleep(20);
  for (const { socket } of clients) socket.destroy();
  return [];
};

const manyRecipients: Attack = async ({ cleartext }) => {
  const client = await loggedIn(cleartext);
  await client.say('MAIL FROM:<ada@acme.test>');
  client.send(
    times(10_000)
      .map((index) => `RCPT TO:<r${index}@example.com>\r\n`)
      .join(''),
  );
  const codes = new Map<number, number>();
  for (const _ of times(10_000)) {
    const { code } = await client.reply();
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const after = await client.say('RSET');
  client.close();
  return [...[...codes].map(([code, count]) => `${count} × ${code}`), `${after.code}`];
};

const fiveHundred: Attack = async ({ cleartext }, until) => {
  const clients = await Promise.all(times(500).map((index) => open(cleartext, index)));
  const codes = await Promise.all(clients.map(async (client) => (await client.say('EHLO a.example')).code));
  while (until()) await sleep(20);
  for (const client of clients) client.close();
  return [...new Set(codes)].map(String);
};

const startTlsFlood: Attack = async ({ submission }, until) => {
  const one = async (index: number): Promise<void> => {
    while (until())
      (await openDialogue({ port: submission, tls: 'starttls', localAddress: addressOf(index) })).close();
  };
  await Promise.all(times(8).map(one));
  return [];
};

/** A new handshake, or what looks like one, thrown at the TLS port all the time. */
const tlsNoise: Attack = async ({ submissions }, until) => {
  const one = async (index: number): Promise<void> => {
    while (until()) {
      const { write, closed, socket } = raw(submissions, index);
      await write(index % 2 === 0 ? 'EHLO a.example\r\n' : Buffer.alloc(20_000, 0x16));
      await Promise.race([closed, sleep(50)]);
      socket.destroy();
    }
  };
  await Promise.all(times(8).map(one));
  return [];
};

const halfClosed: Attack = async ({ cleartext }, until) => {
  const clients = times(200).map((index) => raw(cleartext, index));
  for (const { socket } of clients) socket.end('EHLO a.example\r\n');
  while (until()) await sleep(20);
  for (const { socket } of clients) socket.destroy();
  return [];
};

const resets: Attack = async ({ cleartext, submissions }, until) => {
  while (until()) {
    for (const index of times(50)) {
      const { socket } = raw(index % 3 === 0 ? submissions : cleartext, index);
      socket.once('connect', () => socket.resetAndDestroy());
    }
    const tls = connectTls({ port: submissions, host: '127.0.0.1', rejectUnauthorized: false });
    tls.on('error', () => undefined).once('secureConnect', () => tls.destroy());
    await sleep(10);
  }
  return [];
};

const head = 'From: ada@acme.test\r\n';
const mixed = (boundary: string): string =>
  `${head}Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`;
const part = (level: number): string =>
  `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`;
const nested = (): Buffer =>
  Buffer.from(`${mixed('b0')}${times(2_000).map(part).join('')}--b2000\r\n\r\ndeep\r\n--b2000--`);
const wide = (): Buffer => Buffer.from(`${mixed('b')}${'--b\r\n\r\npart\r\n'.repeat(20_000)}--b--`);
const header = (fields: () => string) => (): Buffer => Buffer.from(`${head}${fields()}\r\nHello`);

export const attacks = {
  'a command that drips': dripping(open, ['EHLO a.example']),
  'a message that drips': dripping(loggedIn, envelope),
  'an AUTH that drips': dripping(open, ['EHLO a.example', 'AUTH PLAIN'], 'A'),
  'a TLS handshake that drips': drippingTls('submissions', ''),
  'a handshake after STARTTLS that drips': drippingTls('submission', 'EHLO a.example\r\nSTARTTLS\r\n'),
  '500 connections at a time': fiveHundred,
  '64 MiB without a line end': pouring(() => Buffer.alloc(megabyte, 'A'), 64),
  '64 MiB of short lines': pouring(() => Buffer.from('x\r\n'.repeat(megabyte / 4)), 64),
  'a line of 64 MiB in a message': submitting(
    () => Buffer.concat([Buffer.from(`${head}\r\n`), Buffer.alloc(64 * megabyte, 'x')]),
    1,
  ),
  '10,000 recipients': manyRecipients,
  '2,000 nested parts': submitting(nested, 10),
  '20,000 parts': submitting(wide, 10),
  'a message of bare LFs': submitting(() => Buffer.from(`${head}\r\n${'\n'.repeat(megabyte)}\r\n`), 5),
  'a message of bare CRs': submitting(() => Buffer.from(`${head}\r\n${'\r'.repeat(megabyte)}\r\n`), 5),
  'a header of tiny fields': submitting(
    header(() => 'a:\r\n'.repeat(megabyte / 2)),
    5,
  ),
  'one huge field': submitting(
    header(() => `X: ${'x'.repeat(2 * megabyte)}\r\n`),
    5,
  ),
  'one huge folded field': submitting(
    header(() => `X: y${'\r\n z'.repeat(megabyte / 2)}\r\n`),
    5,
  ),
  'a header just within its limits': submitting(
    header(() => `${'X-Many: a\r\n'.repeat(990)}X: y${'\r\n z'.repeat(8_000)}\r\n`),
    20,
  ),
  'a From of thousands': submitting(
    () => Buffer.from(`From: ${'a@acme.test, '.repeat(30_000)}b@acme.test\r\n\r\nHello`),
    10,
  ),
  'endless AUTH lines': repeating(['EHLO a.example'], ['AUTH PLAIN', 'A'.repeat(12_000)]),
  'endless beginnings of AUTH': repeating(['EHLO a.example'], ['AUTH LOGIN', '*']),
  'endless unknown commands': repeating([], ['XYZZY']),
  'endless greetings': repeating([], ['EHLO a.example', 'HELO a.example', 'RSET', 'NOOP']),
  'pipelined commands whose replies are not read': unread,
  'handshakes after STARTTLS': startTlsFlood,
  'noise on the TLS port': tlsNoise,
  'half-closed sockets': halfClosed,
  'connections that are reset at once': resets,
} as const satisfies Readonly<Record<string, Attack>>;

export type AttackName = keyof typeof attacks;
export type Order = {
  readonly name: AttackName;
  readonly ports: Ports;
  readonly forMs: number;
  readonly secret: string;
};

const { name, ports, forMs, secret } = (workerData ?? {}) as Order;

if (!isMainThread) {
  const end = performance.now() + forMs;
  parentPort?.postMessage(await attacks[name](ports, () => performance.now() < end));
}
