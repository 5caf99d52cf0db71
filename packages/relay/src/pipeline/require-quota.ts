/** Over the limit is a temporary no with the time to come back, never a hold. docs/api.md §1. */
import type { Account, QuotaLeft } from '../account.ts';
import type { Gate, No } from './stage.ts';

/** At MAIL with one recipient, at the end with all of them. */
export function quotaRefusal(
  recipients: number,
  { recipients: left, binding, retryAt }: QuotaLeft,
): No | undefined {
  if (recipients <= left) return undefined;
  const per = binding === undefined ? '' : ` per ${binding}`;
  const when = retryAt === undefined ? '' : `, try again after ${retryAt.toISOString()}`;
  return {
    code: 'quota_exceeded',
    detail: `${Math.max(left, 0)} of ${recipients} recipients left in the limit${per}${when}`,
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

const limitNames = [
  ['perSecond', 'second'],
  ['perHour', 'hour'],
  ['perDay', 'day'],
  ['perMonth', 'month'],
] as const;

/** More recipients than a limit allows at all: waiting does not help, so it is refused for good. */
export function neverFits(recipients: number, { limits }: Pick<Account, 'limits'>): No | undefined {
  for (const [name, window] of limitNames) {
    const limit = limits[name];
    if (limit !== undefined && recipients > limit)
      return {
        code: 'quota_too_small',
        detail: `${recipients} recipients, the limit is ${limit} per ${window}`,
      };
  }
  return undefined;
}

/** What is left of the limits is taken after the gates: `take-quota.ts`. */
export const requireQuota: Gate = ({ envelope }, { account }) => neverFits(envelope.rcptTo.length, account);
