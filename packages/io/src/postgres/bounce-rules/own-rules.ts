/** The operator's rules as the engine runs them. A change acts within seconds in every process, without a restart. */
import type { BounceRule } from '@waybill/relay/delivery/bounce-rules';
import { type OwnRule, type RunningRule, runningRule } from '@waybill/relay/delivery/own-rule';
import { openLoadingCache } from '../../cache/loading-cache.ts';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';

/** How old the rules may be. */
const TTL_MS = 5_000;

const runningSql = {
  name: 'bounce-rules',
  text: 'SELECT id, pattern, category, party, outcome FROM bounce_rule ORDER BY position, id',
};

/** While PostgreSQL is away the last rules that were read go on; before any was read, the built-in ones alone. */
export function openOwnRules(
  { pool }: Pick<Database, 'pool'>,
  onTrouble: (error: unknown) => void,
): () => Promise<readonly (BounceRule & Pick<RunningRule, 'id'>)[]> {
  let last: readonly RunningRule[] = [];
  const cache = openLoadingCache({
    ttlMs: TTL_MS,
    maxEntries: 1,
    load: async () => {
      const { rows } = await pool.query(runningSql);
      last = rows.map(fromRow<OwnRule>).map(runningRule);
      return last;
    },
  });
  return () =>
    cache.get('').catch((error: unknown) => {
      onTrouble(error);
      return last;
    });
}
