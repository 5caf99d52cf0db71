/** Over the limit is a temporary no with the time to come back, never a hold. FEATURES §3. */
import type { QuotaLeft } from '../account.ts';
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

export const requireQuota: Gate = ({ envelope }, { quotaLeft }) =>
  quotaRefusal(envelope.rcptTo.length, quotaLeft);
