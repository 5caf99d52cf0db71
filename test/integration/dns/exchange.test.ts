import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { exchange } from '@waybill/io/dns/exchange';

type Packet = { readonly id: number; readonly questions: readonly object[] };
type Codec = {
  readonly TRUNCATED_RESPONSE: number;
  decode(bytes: Buffer): Packet;
  encode(packet: object): Buffer;
  streamDecode(bytes: Buffer): Packet;
  streamEncode(packet: object): Buffer;
};
const codec = createRequire(import.meta.url)('dns-packet') as Codec;

const name = 'w1._domainkey.acme.example';
const long = Array.from({ length: 10 }, () => 'k'.repeat(250));
const question = { name, type: 'TXT' };

/** Answers over UDP as the test says, and over TCP with the whole record. */
async function openServer(overUdp: (query: Packet) => Buffer) {
  const tcp = createServer((socket) =>
    socket.once('data', (bytes) => {
      const { id, questions } = codec.streamDecode(bytes);
      const answers = [{ ...question, ttl: 60, data: long }];
      const whole = codec.streamEncode({ type: 'response', id, questions, answers });
      // In two parts, as a large answer arrives.
      socket.write(whole.subarray(0, 100));
      setImmediate(() => socket.end(whole.subarray(100)));
    }),
  ).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (bytes, peer) => udp.send(overUdp(codec.decode(bytes)), peer.port, peer.address));
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  const close = async (): Promise<void> => {
    udp.close();
    tcp.close();
    await once(tcp, 'close');
  };
  return { server: `127.0.0.1:${port}`, close };
}

test('an answer that was cut over UDP is asked for again over TCP', async () => {
  const server = await openServer(({ id, questions }) =>
    codec.encode({ type: 'response', id, flags: codec.TRUNCATED_RESPONSE, questions }),
  );
  try {
    const message = await exchange({ ...server, question, recursive: true, timeoutMs: 2_000 });
    const [record] = message?.answers ?? [];
    assert.equal([record?.data].flat().map(String).join(''), long.join(''));
  } finally {
    await server.close();
  }
});

test('an answer with another id, or to another question, is not taken', async () => {
  const answers = [{ ...question, ttl: 60, data: ['forged'] }];
  for (const forged of [
    ({ id, questions }: Packet) => ({ id: id ^ 1, questions }),
    ({ id }: Packet) => ({ id, questions: [{ name: 'other.example', type: 'TXT' }] }),
  ]) {
    const server = await openServer((query) => codec.encode({ type: 'response', answers, ...forged(query) }));
    try {
      assert.equal(await exchange({ ...server, question, recursive: true, timeoutMs: 200 }), undefined);
    } finally {
      await server.close();
    }
  }
});
