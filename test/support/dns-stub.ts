/** A name server on loopback that answers what the test says. */
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

type Question = { readonly name: string; readonly type: string };
type Packet = { readonly id: number; readonly questions: readonly Question[] };
type DnsPacket = { decode(bytes: Buffer): Packet; encode(packet: unknown): Buffer };
const dnsPacket = createRequire(import.meta.url)('dns-packet') as DnsPacket;

/** Data as dns-packet takes it per type; an RCODE; or no answer at all. */
export type StubAnswer = readonly unknown[] | 'NXDOMAIN' | 'SERVFAIL' | 'silence';

export type DnsStub = { readonly server: string; readonly asked: string[]; close(): Promise<void> };

const rcodes = { NXDOMAIN: 3, SERVFAIL: 2 } as const;
const AUTHORITATIVE = 0x0400;

type Zone = Readonly<Record<string, StubAnswer>>;

function answerOf(zone: Zone, { name, type }: Question): StubAnswer {
  const exists = Object.keys(zone).some((key) => key.endsWith(` ${name.toLowerCase()}`));
  return zone[`${type} ${name.toLowerCase()}`] ?? (exists ? [] : 'NXDOMAIN');
}

function responseTo(
  { id, questions }: Packet,
  question: Question,
  answer: Exclude<StubAnswer, 'silence'>,
): Buffer {
  const rcode = typeof answer === 'string' ? rcodes[answer] : 0;
  const records = typeof answer === 'string' ? [] : answer;
  const answers = records.map((data) => ({ name: question.name, type: question.type, ttl: 60, data }));
  return dnsPacket.encode({ type: 'response', id, flags: AUTHORITATIVE | rcode, questions, answers });
}

/** Keys read `MX a.example`. A name without any key does not exist; one with some has no data for the rest. */
export async function openDnsStub(zone: Zone): Promise<DnsStub> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (bytes, peer) => {
    const packet = dnsPacket.decode(bytes);
    const [question] = packet.questions;
    if (!question) return;
    asked.push(`${question.type} ${question.name.toLowerCase()}`);
    const answer = answerOf(zone, question);
    if (answer !== 'silence') socket.send(responseTo(packet, question, answer), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
