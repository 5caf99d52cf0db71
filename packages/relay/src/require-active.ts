/** Nothing is accepted from an account that is suspended or being deleted, and none of its waiting mail is sent. */
import type { Account, AccountStatus } from './account.ts';
import { Refusal, type RefusalCode } from './refusal.ts';

/** Why the waiting mail of an account that is being deleted is cancelled. */
export const ACCOUNT_DELETING = 'account is being deleted';

const codes: Readonly<Record<AccountStatus, RefusalCode | undefined>> = {
  active: undefined,
  suspended: 'account_suspended',
  deleting: 'account_deleting',
};

export function requireActiveAccount({ status }: Pick<Account, 'status'>): void {
  const code = codes[status];
  if (code !== undefined) throw new Refusal(code);
}
