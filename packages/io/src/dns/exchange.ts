/** One DNS question to one server, with the TTLs that `node:dns` does not give. UDP, and TCP for an answer that was cut. RFC 1035. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import { connect, isIPv6 } from 'node:net';

/** A record as dns-packet decodes it. */
export type DnsRecord = {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly data: unknown;
};

export type DnsMessage = {
  readonly id: number;
  readonly rcode: string;
  readonly flag_tc: boolean;
  readonly flag_aa: boolean;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
};

type Codec = {
  readonly RECURSION_DESIRED: number;
  encode(packet: object): Buffer;
  decode(bytes: Buffer): DnsMessage;
  streamEncode(packet: object): Buffer;
  streamDecode(bytes: Buffer): DnsMessage;
};

// The package has no types. It is loaded at the first question.
let loaded: Codec | undefined;
const codec = (): Codec => {
  loaded ??= createRequire(import.meta.url)('dns-packet') as Codec;
  return loaded;
};

export type Question = { readonly name: string; readonly type: string };

export type Asked = {
  /** `host:port`; IPv6 in brackets. */
  readonly server: string;
  readonly question: Question;
  readonly recursive: boolean;
  readonly timeoutMs: number;
};

/** Fits every path without fragments. https://www.dnsflagday.net/2020/ */
const UDP_PAYLOAD_BYTES = 1232;
const MAX_ID = 0x10000;
const TCP_LENGTH_BYTES = 2;

type Place = { readonly host: string; readonly port: number };

export function placeOf(server: string): Place {
  const [, v6, v4, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(server) ?? [];
  return { host: v6 ?? v4 ?? server, port: Number(port) };
}

const packetOf = (id: number, { question, recursive }: Asked) => ({
  type: 'query',
  id,
  flags: recursive ? codec().RECURSION_DESIRED : 0,
  questions: [{ ...question, class: 'IN' }],
  additionals: [{ type: 'OPT', name: '.', udpPayloadSize: UDP_PAYLOAD_BYTES, flags: 0, options: [] }],
});

/** Another host may guess at an answer: id and question must be ours. */
const isAnswerTo = (id: number, { question }: Asked, message: DnsMessage): boolean =>
  message.id === id &&
  message.questions[0]?.name.toLowerCase() === question.name.toLowerCase() &&
  message.questions[0].type === question.type;

function decoded(decode: (bytes: Buffer) => DnsMessage, bytes: Buffer): DnsMessage | undefined {
  try {
    return decode(bytes);
  } catch {
    // These bytes are no DNS message: they are not the answer.
    return undefined;
  }
}

/** The socket is connected, so the system drops packets of other hosts. */
function overUdp(id: number, asked: Asked): Promise<DnsMessage | undefined> {
  const { host, port } = placeOf(asked.server);
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    let isDone = false;
    const finish = (message?: DnsMessage): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      socket.close();
      resolve(message);
    };
    const timer = setTimeout(() => finish(), asked.timeoutMs);
    socket.on('error', () => finish());
    socket.on('message', (bytes) => {
      const message = decoded(codec().decode, bytes);
      if (message && isAnswerTo(id, asked, message)) finish(message);
    });
    socket.once('connect', () => socket.send(codec().encode(packetOf(id, asked))));
    socket.connect(port, host);
  });
}

function overTcp(id: number, asked: Asked): Promise<DnsMessage | undefined> {
  const socket = connect(placeOf(asked.server));
  let bytes = Buffer.alloc(0);
  return new Promise((resolve) => {
    const finish = (message?: DnsMessage): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(message && isAnswerTo(id, asked, message) ? message : undefined);
    };
    const timer = setTimeout(() => finish(), asked.timeoutMs);
    socket.once('error', () => finish());
    socket.once('close', () => finish());
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      const isWhole =
        bytes.length >= TCP_LENGTH_BYTES && bytes.length >= TCP_LENGTH_BYTES + bytes.readUInt16BE(0);
      if (isWhole) finish(decoded(codec().streamDecode, bytes));
    });
    socket.write(codec().streamEncode(packetOf(id, asked)));
  });
}

/** The answer of the server; `undefined`: it was not reached in time. */
export async function exchange(asked: Asked): Promise<DnsMessage | undefined> {
  const id = randomInt(MAX_ID);
  const message = await overUdp(id, asked);
  return message?.flag_tc ? overTcp(id, asked) : message;
}
