/** A name server over UDP on loopback. RFC 1035. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { answerTo, type Question, type ZoneFacts } from './zone.ts';

type Packet = {
  readonly id: number;
  readonly type: string;
  readonly flags: number;
  readonly questions: readonly Question[];
};
type Codec = { decode(bytes: Buffer): Packet; encode(packet: object): Buffer };
// The package has no types.
const codec = createRequire(import.meta.url)('dns-packet') as Codec;

export type NameServer = { readonly port: number; close(): Promise<void> };

export type NameServerSettings = {
  readonly bind: string;
  readonly port: number;
  readonly facts: () => Promise<ZoneFacts>;
  readonly onTrouble: (error: unknown) => void;
};

const AUTHORITATIVE = 0x0400;
const RECURSION_DESIRED = 0x0100;
const SERVFAIL = 2;
const NXDOMAIN = 3;
// Short, so that a new key is visible within a second.
const TTL_SECONDS = 1;

const response = (query: Packet, rcode: number, answers: readonly object[] = []): Buffer =>
  codec.encode({
    type: 'response',
    id: query.id,
    flags: AUTHORITATIVE | (query.flags & RECURSION_DESIRED) | rcode,
    questions: query.questions,
    answers,
  });

async function respond(query: Packet, { facts, onTrouble }: NameServerSettings): Promise<Buffer> {
  const [question] = query.questions;
  if (!question) return response(query, SERVFAIL);
  try {
    const said = answerTo(question, await facts());
    if (said === 'no_domain') return response(query, NXDOMAIN);
    return response(
      query,
      0,
      said.map((answer) => ({ ...answer, name: question.name, ttl: TTL_SECONDS, class: 'IN' })),
    );
  } catch (error) {
    onTrouble(error);
    return response(query, SERVFAIL);
  }
}

function decoded(bytes: Buffer): Packet | undefined {
  try {
    const packet = codec.decode(bytes);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    // The packet is not DNS. A name server sends no answer to it.
    return undefined;
  }
}

export async function openNameServer(settings: NameServerSettings): Promise<NameServer> {
  const socket = createSocket('udp4');
  const onQuery = async (bytes: Buffer, peer: RemoteInfo): Promise<void> => {
    const query = decoded(bytes);
    if (!query) return;
    const bytesBack = await respond(query, settings);
    socket.send(bytesBack, peer.port, peer.address, () => undefined);
  };
  socket.on('message', (bytes, peer) => void onQuery(bytes, peer).catch(settings.onTrouble));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(settings.port, settings.bind, () => resolve());
  });
  socket.on('error', settings.onTrouble);
  return {
    port: (socket.address() as AddressInfo).port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
