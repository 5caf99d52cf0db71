/** Rules of the operator. They win over the built-in ones. */
import type { BounceRule } from './bounce-rules.ts';
import type { Category, Party, RuleOutcome } from './categories.ts';

/** A rule as it is stored. */
export type OwnRule = {
  readonly id: string;
  /** Words of a reply; `*` stands for any text. */
  readonly pattern: string;
  readonly category: Category;
  readonly party: Party;
  /** `undefined`: the code of the reply decides. */
  readonly outcome: RuleOutcome | undefined;
};

export type RunningRule = BounceRule & { readonly id: string };

/** The texts between the asterisks, in the form of the text that they are looked for in. */
const partsOf = (pattern: string): readonly string[] =>
  pattern
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .split('*')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * A matcher without a regular expression: each part is looked for behind the one before, so the time is bounded by the length of the
 * text times the number of parts, whatever the pattern.
 */
export function wildcard(pattern: string): BounceRule['pattern'] {
  const parts = partsOf(pattern);
  return {
    test(text) {
      const words = text.toLowerCase();
      let from = 0;
      for (const part of parts) {
        const at = words.indexOf(part, from);
        if (at === -1) return false;
        from = at + part.length;
      }
      return parts.length > 0;
    },
  };
}

export const runningRule = ({ id, pattern, category, party, outcome }: OwnRule): RunningRule => ({
  id,
  pattern: wildcard(pattern),
  category,
  party,
  reply: pattern,
  ...(outcome === undefined ? {} : { outcome }),
});
