/**
 * Planner settings for one plan per statement, always by index. Every statement of the hot path selects rows by key. Without these
 * settings a plan that was made for empty tables would read whole tables as long as the connection lives.
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

/** The settings as options of a connection. */
export const sessionOptions = (settings: readonly string[]): string =>
  settings.map((setting) => `-c ${setting}`).join(' ');
