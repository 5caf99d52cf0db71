import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { GeneratorSettings, Sent } from './generator-thread.ts';

/** Shares work among threads: whole numbers that add up. */
export function sharesOf(total: number, threads: number): readonly number[] {
  return Array.from(
    { length: threads },
    (_, index) => Math.floor(total / threads) + (index < total % threads ? 1 : 0),
  );
}

export function split(settings: GeneratorSettings, threads: number): readonly GeneratorSettings[] {
  const counts = sharesOf(settings.range.count, threads);
  const sessions = sharesOf(settings.sessions, threads);
  return counts.map((count, index) => ({
    ...settings,
    range: { first: settings.range.first + counts.slice(0, index).reduce((sum, n) => sum + n, 0), count },
    sessions: sessions[index] ?? 0,
    ratePerSecond: settings.ratePerSecond === undefined ? undefined : settings.ratePerSecond / threads,
  }));
}

async function runThread(settings: GeneratorSettings): Promise<Sent> {
  const thread = new Worker(new URL('./generator-thread.ts', import.meta.url), { workerData: settings });
  const [sent] = (await once(thread, 'message')) as [Sent];
  await thread.terminate();
  return sent;
}

/** Sends it all, from as many threads as asked for; resolves when every answer is in. */
export async function generate(settings: GeneratorSettings, threads: number): Promise<Sent> {
  const all = await Promise.all(split(settings, threads).map(runThread));
  const sum = (of: (sent: Sent) => number): number => all.reduce((total, sent) => total + of(sent), 0);
  return {
    startedAt: Math.min(...all.map((sent) => sent.startedAt)),
    offered: sum((sent) => sent.offered),
    refused: sum((sent) => sent.refused),
    broken: sum((sent) => sent.broken),
    trouble: all.find((sent) => sent.trouble !== undefined)?.trouble,
  };
}
