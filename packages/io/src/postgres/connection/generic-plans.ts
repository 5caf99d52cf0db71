/**
 * One plan per statement for good, always by index: every statement of the hot path names its rows by key, and a plan made
 * while the tables were empty would read them whole for as long as the connection lives. Nor is a row remembered that is looked up once.
 */
export const keptPlans: readonly string[] = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'enable_memoize=off',
  'jit=off',
];

/** Settings as a connection takes them when it starts. */
export const sessionOptions = (settings: readonly string[]): string =>
  settings.map((setting) => `-c ${setting}`).join(' ');
