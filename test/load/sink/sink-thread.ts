/** The next hop, in a thread of its own: accepts everything, records the time, and posts one message in a hundred. */
import net, { type AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { clockMs } from '../clock.ts';
import { idOf } from '../generator/message.ts';
import { type LedgerMemory, ledgerOn } from './ledger.ts';
import { openSinkSession, sinkBanner } from './sink-session.ts';

export type SinkSettings = { readonly memory: LedgerMemory; readonly sampleEvery: number };
export type SinkNews =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'sample'; readonly id: number; readonly bytes: Uint8Array };

const { memory, sampleEvery } = workerData as SinkSettings;
const { arrivals, arrivedAt } = ledgerOn(memory);
const post = (news: SinkNews): void => parentPort?.postMessage(news);

function keep(bytes: Buffer): void {
  const at = clockMs();
  const id = idOf(bytes);
  if (id === undefined || id >= arrivals.length) return;
  if (Atomics.add(arrivals, id, 1) === 0) arrivedAt[id] = at;
  if (id % sampleEvery === 0) post({ type: 'sample', id, bytes: Uint8Array.from(bytes) });
}

const server = net.createServer({ noDelay: true }, (socket) => {
  const session = openSinkSession(keep);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    const { replies, isOver } = session.read(bytes);
    if (replies !== '') socket.write(replies, 'latin1');
    if (isOver) socket.end();
  });
  socket.write(sinkBanner);
});
server.listen(0, '127.0.0.1', 1_024, () =>
  post({ type: 'listening', port: (server.address() as AddressInfo).port }),
);
