import { setTimeout as wait } from 'node:timers/promises';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { clockMs } from '../clock.ts';
import { type Spread, spreadOf } from '../percentile.ts';
import type { Question } from './questions.ts';

export type Answered = {
  readonly what: Question['what'];
  readonly requestsPerSecond: number;
  readonly spread: Spread;
  readonly requests: number;
};

/** Requests at a time. */
const SENDERS = 8;
const READERS = 2;

async function askOnce({ api }: DevFile, { path, body }: Question): Promise<number> {
  const response = await fetch(new URL(path(), api.url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${api.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body()) }),
  });
  await response.arrayBuffer();
  return response.status;
}

const TOO_MANY = 429;
const QUOTA_PAUSE_MS = 1_000;

/** A key has a quota for each minute, which a quiet machine spends. */
async function untilQuotaIsLeft(dev: DevFile, question: Question): Promise<void> {
  while ((await askOnce(dev, question)) === TOO_MANY) await wait(QUOTA_PAUSE_MS);
}

/** Requests for so long, or until the quota of the key is spent, several at a time. */
export async function askFor(dev: DevFile, question: Question, ms: number): Promise<Answered> {
  await untilQuotaIsLeft(dev, question);
  const times: number[] = [];
  const startedAt = clockMs();
  const asker = async (): Promise<void> => {
    while (clockMs() - startedAt < ms) {
      const at = clockMs();
      const status = await askOnce(dev, question);
      if (status === TOO_MANY) return;
      if (status >= 400) throw new Error(`${question.what}: ${question.path()} was answered ${status}`);
      times.push(clockMs() - at);
    }
  };
  await Promise.all(Array.from({ length: question.body ? SENDERS : READERS }, asker));
  const seconds = (clockMs() - startedAt) / 1_000;
  return {
    what: question.what,
    requests: times.length,
    requestsPerSecond: times.length / seconds,
    spread: spreadOf(times),
  };
}
