export type AnswerCache<Answer> = {
  answer<Given extends Answer>(question: string, ask: () => Promise<Given>): Promise<Given>;
};

export type AnswerCacheSettings<Answer> = {
  /** How long this answer may serve. */
  readonly keepMs: (answer: Answer) => number;
  readonly maximumEntries?: number;
  readonly now?: () => number;
};

type Kept<Answer> = { readonly answer: Promise<Answer>; goodUntil: number };

/** One question under way is asked once, whoever asks; its answer serves as long as it says. The oldest goes first. */
export function cachedAnswers<Answer>(settings: AnswerCacheSettings<Answer>): AnswerCache<Answer> {
  const { keepMs, maximumEntries = 10_000, now = Date.now } = settings;
  const kept = new Map<string, Kept<Answer>>();
  return {
    async answer<Given extends Answer>(question: string, ask: () => Promise<Given>): Promise<Given> {
      const known = kept.get(question);
      if (known !== undefined && known.goodUntil > now()) return known.answer as Promise<Given>;
      const answer = ask();
      const entry: Kept<Answer> = { answer, goodUntil: Number.POSITIVE_INFINITY };
      kept.delete(question);
      kept.set(question, entry);
      const oldest = kept.keys().next().value;
      if (kept.size > maximumEntries && oldest !== undefined) kept.delete(oldest);
      const value = await answer;
      entry.goodUntil = now() + keepMs(value);
      return value;
    },
  };
}
