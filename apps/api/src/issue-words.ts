/** The only place that turns issues of a schema into our sentences. The wording of the schema library stays inside. */
import type { z } from 'zod';

export const REQUIRED = 'is required';

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

export const typeWord = (expected: unknown): string => typeWords[String(expected)] ?? 'of another type';

const counted = (count: unknown, one: string, many: string): string =>
  `${count} ${Number(count) === 1 ? one : many}`;

function amountOf(origin: unknown, count: unknown): string {
  if (origin === 'string') return counted(count, 'character', 'characters');
  if (origin === 'array' || origin === 'set') return counted(count, 'entry', 'entries');
  return String(count);
}

/** Text and lists *have* a length; numbers *are* a size. */
const verbOf = (origin: unknown): string =>
  origin === 'string' || origin === 'array' || origin === 'set' ? 'have' : 'be';

type Found = Parameters<z.core.$ZodErrorMap>[0] & Readonly<Record<string, unknown>>;

const words: Readonly<Record<string, (issue: Found) => string>> = {
  invalid_type: ({ input, expected }) => (input === undefined ? REQUIRED : `must be ${typeWord(expected)}`),
  too_small: ({ origin, minimum }) =>
    Number(minimum) === 1 && verbOf(origin) === 'have'
      ? 'must not be empty'
      : `must ${verbOf(origin)} at least ${amountOf(origin, minimum)}`,
  too_big: ({ origin, maximum }) => `must ${verbOf(origin)} at most ${amountOf(origin, maximum)}`,
  invalid_format: ({ format }) =>
    format === 'datetime'
      ? 'must be a time that exists, like 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00'
      : 'does not have the form that is expected here',
  invalid_value: ({ input, values }) => {
    if (input === undefined) return REQUIRED;
    const known = (values as readonly unknown[]).map((value) => JSON.stringify(value));
    return known.length === 1 ? `must be ${known[0]}` : `must be one of ${known.join(', ')}`;
  },
  unrecognized_keys: () => 'is not a field of this request',
  invalid_key: () => 'is not a name that may stand here',
};

/** For `safeParse(value, { error: sentenceOf })`. A message stated by the contract takes precedence. */
export const sentenceOf: z.core.$ZodErrorMap = (issue) =>
  words[issue.code ?? '']?.(issue as Found) ?? 'is not valid here';
