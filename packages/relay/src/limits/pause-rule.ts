/** When the product itself suspends an account: its mail of the last 24 hours bounces too often, or is complained about. */
import type { Party } from '../delivery/categories.ts';

/** Ends of deliveries of an account. */
export type Outcomes = {
  readonly delivered: number;
  readonly bounced: number;
  readonly complained: number;
};

/** From 0 to 1; `undefined`: the default. */
export type PauseRates = {
  readonly maxBounceRate: number | undefined;
  readonly maxComplaintRate: number | undefined;
};

/** Fewer deliveries say nothing about a sender. */
const LEAST_DELIVERIES = 200;
const BOUNCE_RATE = 0.05;
const COMPLAINT_RATE = 0.001;

/** Parties whose refusals are the doing of the installation, not of the account. */
const oursToMend: ReadonlySet<string> = new Set<Party>(['sender_ip', 'network']);

/** Whether a bounce speaks against the account that sent the message. */
export const isBounceOfSender = (party: unknown): boolean => !oursToMend.has(String(party));

const percent = (rate: number): string => `${Number((rate * 100).toFixed(2))} %`;

/** The reason to suspend the account; `undefined`: there is none. */
export function pauseReason(
  { delivered, bounced, complained }: Outcomes,
  { maxBounceRate = BOUNCE_RATE, maxComplaintRate = COMPLAINT_RATE }: PauseRates,
): string | undefined {
  const ended = delivered + bounced;
  if (ended < LEAST_DELIVERIES) return undefined;
  const of = (count: number, rate: number, what: string): string =>
    `${count} of ${ended} deliveries of the last 24 hours ${what}: ${percent(count / ended)}, the limit is ${percent(rate)}`;
  if (bounced / ended > maxBounceRate) return of(bounced, maxBounceRate, 'bounced');
  if (complained / ended > maxComplaintRate) return of(complained, maxComplaintRate, 'were complained about');
  return undefined;
}
