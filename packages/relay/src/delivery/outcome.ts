/** The outcomes of attempts, gates and reports for a delivery. Its events use the same words. */
import type { Category, Party } from './categories.ts';

/** The outcomes of an attempt. `unknown`: the final dot was sent and no reply came. ARCHITECTURE §7. */
export const attemptOutcomes = ['delivered', 'deferred', 'bounced', 'failed', 'unknown'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** The outcomes of a gate that stops a delivery before an attempt. No server was contacted. */
export const stopOutcomes = ['held', 'suppressed', 'cancelled', 'failed'] as const;
export type StopOutcome = (typeof stopOutcomes)[number];

/** The outcomes of the reply of a server. */
export type ReplyOutcome = Extract<AttemptOutcome, 'delivered' | 'deferred' | 'bounced'>;

/** The outcomes of a report. `noted`: it changes no status and is shown in the trace. */
export type ReportOutcome = 'bounced' | 'delivered' | 'complained' | 'noted';

/** An outcome with its category and party. Both are `undefined` when no party failed. */
export type Classification<Outcome = ReplyOutcome> = {
  readonly outcome: Outcome;
  readonly category: Category | undefined;
  readonly party: Party | undefined;
  /** One sentence for the trace. */
  readonly reason: string;
};
