/** A TCP server that plays the next hop by a script: what it says to each command is up to the test. */
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';

export type SinkMail = { readonly from: string; readonly to: string; readonly bytes: Buffer };

/** A string is said, verbatim and with CRLF behind each line. The rest is what servers do on bad days. */
export type Answer = string | { readonly after: number; readonly say: string } | 'drop' | 'silence';

export type Script = {
  readonly banner?: Answer;
  /** One entry per command of that verb, the last one repeats. `dot` answers the end of DATA. */
  readonly [verb: string]: Answer | readonly Answer[] | undefined;
};

export type Sink = {
  readonly port: number;
  readonly mails: SinkMail[];
  /** Command lines as they came, over all connections; the final dot as `.`. */
  readonly commands: string[];
  /** Segments of each DATA phase as they were read. */
  readonly dataReads: Buffer[];
  connections(): number;
  /** Connections that had not said QUIT nor ended, at most at a time. */
  mostSessions(): number;
  /** Called when the final dot has been read, before it is answered. */
  onDot: () => void;
  close(): Promise<void>;
};

export type SinkOptions = {
  readonly script?: Script;
  readonly host?: string;
  readonly port?: number;
  /** EHLO keywords. */
  readonly extensions?: readonly string[];
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** TLS from the first byte. RFC 8314 §3.3. */
  readonly isImplicit?: boolean;
  /** Refuses a client that shows no certificate. In TLS 1.3 the client learns that after its handshake. RFC 8446 §4.4. */
  readonly wantsClientCertificate?: boolean;
};

const defaults: Readonly<Record<string, Answer>> = {
  banner: '220 sink.example ESMTP',
  HELO: '250 sink.example',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go ahead',
  dot: '250 2.0.0 kept',
  RSET: '250 2.0.0 ok',
  NOOP: '250 2.0.0 ok',
  QUIT: '221 2.0.0 bye',
  STARTTLS: '220 2.0.0 go ahead',
};

const ehloOf = (extensions: readonly string[]): string =>
  ['sink.example', ...extensions]
    .map((line, index, all) => `250${index === all.length - 1 ? ' ' : '-'}${line}`)
    .join('\r\n');

const END = Buffer.from('\r\n.\r\n');

/** RFC 5321 §4.5.2, the receiving half. */
const unstuffed = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');

type Play = (verb: string) => Answer;

type Talk = {
  socket: net.Socket;
  held: Buffer;
  data: boolean;
  from: string;
  to: string;
};

type Stage = {
  readonly onQuit: () => void;
  readonly sink: Sink;
  readonly play: Play;
} & Pick<SinkOptions, 'tls' | 'wantsClientCertificate'>;

function act({ socket }: Talk, answer: Answer): void {
  if (answer === 'silence') return;
  if (answer === 'drop') return void socket.destroy();
  if (typeof answer === 'string') return void socket.write(`${answer}\r\n`);
  setTimeout(() => socket.writable && socket.write(`${answer.say}\r\n`), answer.after).unref();
}

const saysGoAhead = (answer: Answer, code: string): boolean =>
  (typeof answer === 'string' ? answer : typeof answer === 'object' ? answer.say : '').startsWith(code);

function upgrade(stage: Stage, talk: Talk): void {
  if (!stage.tls) return;
  const plain = talk.socket;
  plain.removeAllListeners('data');
  talk.socket = new tls.TLSSocket(plain, {
    isServer: true,
    cert: readFileSync(stage.tls.certFile),
    key: readFileSync(stage.tls.keyFile),
    ...(stage.wantsClientCertificate ? { requestCert: true, rejectUnauthorized: true } : {}),
  });
  listen(stage, talk);
}

function onCommand(stage: Stage, talk: Talk, line: string): void {
  const verb = line.slice(0, 4).toUpperCase() === 'STAR' ? 'STARTTLS' : line.slice(0, 4).toUpperCase();
  stage.sink.commands.push(line);
  const answer = stage.play(verb);
  if (verb === 'MAIL') talk.from = /<(.*?)>/.exec(line)?.[1] ?? '';
  if (verb === 'RCPT') talk.to = /<(.*)>/.exec(line)?.[1] ?? '';
  talk.data = verb === 'DATA' && saysGoAhead(answer, '354');
  act(talk, answer);
  if (verb === 'STARTTLS' && saysGoAhead(answer, '220')) upgrade(stage, talk);
  if (verb !== 'QUIT') return;
  stage.onQuit();
  talk.socket.end();
}

/** The message ends at CRLF dot CRLF, or at once when it is empty. */
function endOfData(held: Buffer): { readonly bytes: Buffer; readonly rest: Buffer } | undefined {
  if (held.subarray(0, 3).equals(END.subarray(2))) return { bytes: Buffer.alloc(0), rest: held.subarray(3) };
  const end = held.indexOf(END);
  return end === -1 ? undefined : { bytes: held.subarray(0, end + 2), rest: held.subarray(end + 5) };
}

/** Takes the next whole thing off what was read. `false`: more has to come. */
function advance(stage: Stage, talk: Talk): boolean {
  if (talk.data) {
    const ended = endOfData(talk.held);
    if (!ended) return false;
    talk.held = ended.rest;
    talk.data = false;
    stage.sink.commands.push('.');
    stage.sink.onDot();
    const answer = stage.play('dot');
    if (saysGoAhead(answer, '2'))
      stage.sink.mails.push({ from: talk.from, to: talk.to, bytes: unstuffed(ended.bytes) });
    act(talk, answer);
    return true;
  }
  const end = talk.held.indexOf('\r\n');
  if (end === -1) return false;
  const line = talk.held.toString('utf8', 0, end);
  talk.held = talk.held.subarray(end + 2);
  onCommand(stage, talk, line);
  return true;
}

function listen(stage: Stage, talk: Talk): void {
  talk.socket.on('error', () => undefined);
  talk.socket.on('data', (read: Buffer) => {
    if (talk.data) stage.sink.dataReads.push(read);
    talk.held = Buffer.concat([talk.held, read]);
    while (advance(stage, talk));
  });
}

function playOf(script: Script, extensions: readonly string[]): Play {
  const calls = new Map<string, number>();
  return (verb) => {
    const call = calls.get(verb) ?? 0;
    calls.set(verb, call + 1);
    const scripted = script[verb];
    const answer = Array.isArray(scripted) ? scripted[Math.min(call, scripted.length - 1)] : scripted;
    return (
      (answer as Answer | undefined) ??
      (verb === 'EHLO' ? ehloOf(extensions) : (defaults[verb] ?? '500 5.5.1 what?'))
    );
  };
}

export async function openSink(options: SinkOptions = {}): Promise<Sink> {
  const open = new Set<net.Socket>();
  const talking = new Set<net.Socket>();
  let connections = 0;
  let mostSessions = 0;
  const play = playOf(
    options.script ?? {},
    options.extensions ?? ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 1000000'],
  );
  const server = net.createServer((socket) => {
    connections += 1;
    open.add(socket);
    talking.add(socket);
    mostSessions = Math.max(mostSessions, talking.size);
    socket.on('close', () => {
      open.delete(socket);
      talking.delete(socket);
    });
    const talk: Talk = { socket, held: Buffer.alloc(0), data: false, from: '', to: '' };
    const { wantsClientCertificate = false } = options;
    const onQuit = () => void talking.delete(socket);
    const stage = { sink, play, tls: options.tls, wantsClientCertificate, onQuit };
    if (options.isImplicit) upgrade(stage, talk);
    else listen(stage, talk);
    act(talk, play('banner'));
  });
  await new Promise<void>((resolve) =>
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve),
  );
  const sink: Sink = {
    port: (server.address() as AddressInfo).port,
    mails: [],
    commands: [],
    dataReads: [],
    connections: () => connections,
    mostSessions: () => mostSessions,
    onDot: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
  return sink;
}
