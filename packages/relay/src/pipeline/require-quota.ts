/** A submission over the limit is refused temporarily, with the time when the limit resets. It is never held. docs/api.md §1. */
import type { Account, QuotaLeft } from '../account.ts';
import type { Gate, No } from './stage.ts';

/** Refuses recipients beyond the quota: at MAIL one recipient is tested, after DATA all of them. */
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

/** Refuses permanently when there are more recipients than the limit itself, because no wait helps. */
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

/** Tests the limit only. `take-quota.ts` uses the remaining quota after the gates. */
export const requireQuota: Gate = ({ envelope }, { account }) => neverFits(envelope.rcptTo.length, account);
