/** The one vocabulary of outcomes: what an attempt, a gate or a report means for a delivery. Also the words of its events. */
import type { Category, Party } from './bounce-rules.ts';

/** What an attempt comes to. `unknown`: the final dot was sent and no reply came. ARCHITECTURE §7. */
export const attemptOutcomes = ['delivered', 'deferred', 'bounced', 'failed', 'unknown'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** What a gate makes of a delivery before an attempt: no server was asked to take it. */
export const stopOutcomes = ['held', 'suppressed', 'cancelled', 'failed'] as const;
export type StopOutcome = (typeof stopOutcomes)[number];

/** What the reply of a server comes to. */
export type ReplyOutcome = Extract<AttemptOutcome, 'delivered' | 'deferred' | 'bounced'>;

/** What a report comes to. `noted`: it changes nothing and is shown. */
export type ReportOutcome = 'bounced' | 'delivered' | 'complained' | 'noted';

/** Why, and whose doing it is. Both are `undefined` where no party failed. */
export type Classification<Outcome = ReplyOutcome> = {
  readonly outcome: Outcome;
  readonly category: Category | undefined;
  readonly party: Party | undefined;
  /** One sentence for the trace. */
  readonly reason: string;
};
