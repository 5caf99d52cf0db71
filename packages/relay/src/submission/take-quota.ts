/** Takes the recipients of a submission out of the account's limits, immediately before it is kept. */
import type { Account } from '../account.ts';
import { quotaRefusal } from '../pipeline/require-quota.ts';
import type { Usage } from '../ports.ts';
import { Refusal } from '../refusal.ts';

/** Gives back what was taken: the submission turned out to be kept already, or was refused after all. */
export type GiveBack = () => Promise<void>;

export async function takeQuota(usage: Usage, account: Account, recipients: number): Promise<GiveBack> {
  const taking = await usage.take(account, recipients);
  if (taking.granted) return taking.giveBack;
  const { left } = taking;
  const no = quotaRefusal(recipients, left) ?? { code: 'quota_exceeded' };
  throw new Refusal(no.code, no);
}

/**
 * `reserve` answers under which id the message is kept. Another id than its own: another session keeps the same message,
 * and has taken the recipients for it.
 */
export async function unlessKept(
  ownId: string,
  giveBack: GiveBack,
  reserve: () => Promise<string>,
): Promise<string> {
  try {
    const id = await reserve();
    if (id !== ownId) await giveBack();
    return id;
  } catch (error) {
    await giveBack();
    throw error;
  }
}
