import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { clockMs } from '../clock.ts';
import { type Spread, spreadOf } from '../percentile.ts';

export type ListLatency = { readonly what: string; readonly rows: number; readonly spread: Spread };

const TIMES = 30;
const day = 86_400_000;

const questions: readonly { readonly what: string; readonly query: () => Record<string, string> }[] = [
  { what: 'newest 25', query: () => ({}) },
  { what: 'newest 100', query: () => ({ limit: '100' }) },
  { what: 'before three weeks ago', query: () => ({ until: new Date(Date.now() - 21 * day).toISOString() }) },
  { what: 'of one recipient', query: () => ({ to: 'stored9999@rcpt.example' }) },
  { what: 'by Message-ID', query: () => ({ q: '<stored-9999@acme.test>' }) },
  { what: 'delivered', query: () => ({ status: 'delivered' }) },
  { what: 'bounced, of which there are none', query: () => ({ status: 'bounced' }) },
  { what: 'with a word that no subject has', query: () => ({ q: 'xylophone' }) },
];

async function ask(dev: DevFile, query: Record<string, string>): Promise<number> {
  const url = new URL(`/v1/messages?${new URLSearchParams(query)}`, dev.api.url);
  const response = await fetch(url, { headers: { authorization: `Bearer ${dev.api.key}` } });
  const body = (await response.json()) as { readonly data?: readonly unknown[] };
  if (!response.ok || !body.data) throw new Error(`GET ${url.pathname} was answered ${response.status}`);
  return body.data.length;
}

/** One question after the other, as a person at a screen asks them. */
export async function listLatencies(dev: DevFile): Promise<readonly ListLatency[]> {
  const latencies: ListLatency[] = [];
  for (const { what, query } of questions) {
    const rows = await ask(dev, query());
    const times: number[] = [];
    for (let count = 0; count < TIMES; count++) {
      const startedAt = clockMs();
      await ask(dev, query());
      times.push(clockMs() - startedAt);
    }
    latencies.push({ what, rows, spread: spreadOf(times) });
  }
  return latencies;
}
