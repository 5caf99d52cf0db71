import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Ledger, type LedgerMemory, ledgerMemory, ledgerOn } from './ledger.ts';
import type { SinkNews, SinkSettings } from './sink-thread.ts';

export type Sink = {
  readonly port: number;
  readonly memory: LedgerMemory;
  readonly ledger: Ledger;
  /** The messages of which the whole bytes were kept, as they arrived; each copy of a duplicate. */
  takeSamples(): readonly Sample[];
  close(): Promise<void>;
};
export type Sample = { readonly id: number; readonly bytes: Buffer };

export const SAMPLE_EVERY = 100;
/** More than any run sends; 20 bytes each. */
export const CAPACITY = 2_000_000;

/** RFC 5321 §4.5.2, the receiving half. */
export const unstuffed = (bytes: Uint8Array): Buffer =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/(^|\r\n)\./g, '$1'),
    'latin1',
  );

export async function openSink(): Promise<Sink> {
  const memory = ledgerMemory(CAPACITY);
  const settings: SinkSettings = { memory, sampleEvery: SAMPLE_EVERY };
  const thread = new Worker(new URL('./sink-thread.ts', import.meta.url), { workerData: settings });
  let samples: Sample[] = [];
  const [first] = (await once(thread, 'message')) as [SinkNews];
  if (first.type !== 'listening') throw new Error('The sink began without listening');
  thread.on('message', (news: SinkNews) => {
    if (news.type === 'sample') samples.push({ id: news.id, bytes: unstuffed(news.bytes) });
  });
  return {
    port: first.port,
    memory,
    ledger: ledgerOn(memory),
    takeSamples() {
      const taken = samples;
      samples = [];
      return taken;
    },
    close: async () => void (await thread.terminate()),
  };
}
