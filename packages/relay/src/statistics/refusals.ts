/** Why servers refused or put off mail, from rows of the dimension `bounce`, whose keys are a provider, a category and a code. */
import type { Counts } from './counts.ts';

type Row = { readonly key: string | undefined; readonly counts: Counts };

export type Refusal = {
  readonly provider: string | null;
  readonly category: string | null;
  readonly code: string | null;
  readonly bounced: number;
  readonly failed: number;
  readonly deferred: number;
};

/** A row without a key is all others. */
export function refusalOf({ key, counts: { bounced = 0, failed = 0, deferred = 0 } }: Row): Refusal {
  const [provider = null, category = null, code = null] = key?.split('|') ?? [];
  return { provider, category, code, bounced, failed, deferred };
}

const endedBy = ({ bounced, failed }: Refusal): number => bounced + failed;

/** Of each provider the one that ended most deliveries. A provider without such an end is absent. */
export function topRefusals(rows: readonly Row[]): ReadonlyMap<string, Refusal> {
  const top = new Map<string, Refusal>();
  for (const refusal of rows.map(refusalOf)) {
    const { provider } = refusal;
    if (provider === null || endedBy(refusal) === 0) continue;
    const known = top.get(provider);
    if (known === undefined || endedBy(refusal) > endedBy(known)) top.set(provider, refusal);
  }
  return top;
}
