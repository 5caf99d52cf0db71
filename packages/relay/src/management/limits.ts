/** The limits of an account with what is left of them, and what it used. */
import { publicId } from '../id.ts';
import { hasLimits, type LimitState, windowOf } from '../limits/sending-limits.ts';
import { found } from './found.ts';
import type { LimitedRecord, UsageDay } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Stores } from './stores.ts';

type LimitPorts = {
  readonly now: () => Date;
  readonly stores: Pick<Stores, 'accounts' | 'limits'>;
};

type Named = Pick<LimitedRecord, 'name'> & { readonly prefix: LimitedRecord['prefix'] | 'acc' };

const stateView = (state: LimitState, { prefix, name }: Named) => ({
  scope: state.scope,
  subject_id: publicId(prefix, state.id),
  subject_name: name,
  counts: state.name === 'newPerHour' ? ('new_recipients' as const) : ('recipients' as const),
  window: windowOf[state.name],
  limit: state.limit,
  used: state.limit - state.remaining,
  remaining: state.remaining,
  resets_at: state.resetsAt.toISOString(),
});
export type LimitStateView = ReturnType<typeof stateView>;

/** Every limit of the account, its streams and its credentials. */
export async function listLimits(
  accountId: string,
  { stores }: LimitPorts,
): Promise<readonly LimitStateView[]> {
  const account = found(await stores.accounts.one(accountId));
  const own = await stores.limits.ownOf(accountId);
  const subjects = [{ scope: 'account' as const, id: account.id, limits: account.limits }, ...own];
  const names = new Map<string, Named>([
    [account.id, { prefix: 'acc', name: account.name }],
    ...own.map((record) => [record.id, record] as const),
  ]);
  const states = await stores.limits.states(accountId, subjects.filter(hasLimits));
  return states.map((state) => stateView(state, names.get(state.id) ?? { prefix: 'acc', name: '' }));
}

/** Per cent of a limit from which it is a warning. */
const WARNING_PERCENT = 80;

export const limitWarnings = (states: readonly LimitStateView[]): readonly LimitStateView[] =>
  states.filter(({ used, limit, window }) => window !== 'second' && used * 100 >= limit * WARNING_PERCENT);

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

const sumOf = (days: readonly UsageDay[], of: (day: UsageDay) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0);

export type UsagePeriod = { readonly from?: string | undefined; readonly to?: string | undefined };

/** What the account used, by day in UTC; without a period in this month. */
export async function readUsage(accountId: string, period: UsagePeriod, { stores, now }: LimitPorts) {
  const to = period.to ?? dayOf(now());
  const from = period.from ?? `${to.slice(0, 8)}01`;
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (length < 1) throw faultAt('/to', 'is before from');
  if (length > MAX_DAYS) throw faultAt('/from', `is more than ${MAX_DAYS} days before to`);
  const days = await stores.limits.days(accountId, from, to);
  return {
    from,
    to,
    messages: sumOf(days, ({ messages }) => messages),
    recipients: sumOf(days, ({ recipients }) => recipients),
    bytes: sumOf(days, ({ bytes }) => bytes),
    days: days.map((day) => ({ ...day })),
  };
}
