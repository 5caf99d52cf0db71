/** A submission over the limit is refused temporarily, with the time when the limit resets. It is never held. docs/api.md §1. */
import type { QuotaLeft } from '../account.ts';
import { type LimitSubject, limitNames, limitPhrase, windowOf } from '../limits/sending-limits.ts';
import type { Gate, No } from './stage.ts';

/** Refuses recipients beyond the quota: at MAIL one recipient is tested, after DATA all of them. */
export function quotaRefusal(
  recipients: number,
  { recipients: left, binding, retryAt }: QuotaLeft,
): No | undefined {
  if (recipients <= left) return undefined;
  const limit = binding === undefined ? 'the limit' : limitPhrase(binding);
  const when = retryAt === undefined ? '' : `, try again after ${retryAt.toISOString()}`;
  return {
    code: 'quota_exceeded',
    detail: `${Math.max(left, 0)} of ${recipients} recipients left in ${limit}${when}`,
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** Refuses permanently when there are more recipients than a limit itself, because no wait helps. */
export function neverFits(recipients: number, subjects: readonly LimitSubject[]): No | undefined {
  for (const { scope, limits } of subjects)
    for (const name of limitNames) {
      const limit = limits[name];
      // New recipients are counted when quota is taken.
      if (name === 'newPerHour' || limit === undefined || recipients <= limit) continue;
      const of = scope === 'account' ? '' : ` of the ${scope}`;
      return {
        code: 'quota_too_small',
        detail: `${recipients} recipients, the limit${of} is ${limit} per ${windowOf[name]}`,
      };
    }
  return undefined;
}

/** Tests the limits only. `take-quota.ts` uses the remaining quota after the gates. */
export const requireQuota: Gate = ({ envelope }, { limited }) => neverFits(envelope.rcptTo.length, limited);
