/** Whose message it is, and why, as the API shows it. */
import { publicId } from '../id.ts';
import { orNull } from '../management/or-null.ts';
import type { Resolution } from '../resolve-account.ts';

export const resolutionView = (resolution: Resolution) => ({
  account_id: resolution.accountId === undefined ? null : publicId('acc', resolution.accountId),
  by: orNull(resolution.by),
  reason: resolution.reason,
  rejected: resolution.rejected.map(({ accountId, by, reason }) => ({
    account_id: publicId('acc', accountId),
    by,
    reason,
  })),
});

/** An account does not see the names, networks or domains of other accounts. */
export const ownResolution = (resolution: Resolution, accountId: string) => {
  const view = resolutionView(resolution);
  const own = publicId('acc', accountId);
  return {
    ...view,
    rejected: view.rejected.map((one) =>
      one.account_id === own ? one : { ...one, account_id: 'another account', reason: 'another account' },
    ),
  };
};
