import { type Counts, ends } from './counts.ts';

export type Balance = Required<Pick<Counts, 'accepted' | 'complained' | (typeof ends)[number]>> & {
  /** `accepted` less all ends. 0, or mail was lost from sight. */
  readonly difference: number;
};

/**
 * The balance of a day. `recipients` is what acceptance counted; `counts` is what came of it by the events. Recipients without a delivery wait to
 * be prepared, so they are in progress.
 */
export function balanceOf(recipients: number, counts: Counts): Balance {
  const of = (name: keyof Counts): number => counts[name] ?? 0;
  const waiting = Math.max(0, recipients - of('accepted'));
  const sum = ends.reduce((total, end) => total + of(end), waiting);
  return {
    accepted: recipients,
    in_progress: of('in_progress') + waiting,
    delivered: of('delivered'),
    bounced: of('bounced'),
    failed: of('failed'),
    suppressed: of('suppressed'),
    cancelled: of('cancelled'),
    unknown: of('unknown'),
    complained: of('complained'),
    difference: recipients - sum,
  };
}
