import type { Answer } from './resolver.ts';

type Kept = { readonly answer: Promise<Answer<unknown>>; goodUntil: number };

export type AnswerCache = {
  answer<Found>(question: string, ask: () => Promise<Answer<Found>>): Promise<Answer<Found>>;
};

const maximumEntries = 10_000;

/** The shortest TTL of the records that carry one; otherwise the cache's own. A failure is not kept. */
function keepMs(answer: Answer<unknown>, defaultMs: number): number {
  if (answer.kind === 'temporary') return 0;
  if (answer.kind === 'none') return Math.min(defaultMs, 10_000);
  const ttls = answer.records.map((record) => (record as { readonly ttl?: number }).ttl);
  const known = ttls.filter((ttl) => ttl !== undefined).map((ttl) => ttl * 1000);
  return Math.min(defaultMs, ...known);
}

/** One question under way is asked once, whoever asks; an answer serves for as long as its TTL, and never very long. */
export function cachedAnswers(defaultMs: number, now: () => number = Date.now): AnswerCache {
  const kept = new Map<string, Kept>();
  return {
    answer<Found>(question: string, ask: () => Promise<Answer<Found>>): Promise<Answer<Found>> {
      const known = kept.get(question);
      if (known !== undefined && known.goodUntil > now()) return known.answer as Promise<Answer<Found>>;
      const answer = ask();
      const entry: Kept = { answer, goodUntil: Number.POSITIVE_INFINITY };
      kept.delete(question);
      kept.set(question, entry);
      const oldest = kept.keys().next().value;
      if (kept.size > maximumEntries && oldest !== undefined) kept.delete(oldest);
      return answer.then((value) => {
        entry.goodUntil = now() + keepMs(value, defaultMs);
        return value;
      });
    },
  };
}
