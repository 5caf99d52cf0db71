/** Uses quota for the recipients of a submission, immediately before it is stored. */
import type { Account } from '../account.ts';
import { quotaRefusal } from '../pipeline/require-quota.ts';
import type { Usage } from '../ports.ts';
import { Refusal } from '../refusal.ts';

/** Returns the used quota, when the submission was stored before or is refused later. */
export type GiveBack = () => Promise<void>;

/** Uses quota for the recipients. Throws a `Refusal` when the rest of the limit is too small. */
export async function takeQuota(usage: Usage, account: Account, recipients: number): Promise<GiveBack> {
  const taking = await usage.take(account, recipients);
  if (taking.granted) return taking.giveBack;
  const { left } = taking;
  const no = quotaRefusal(recipients, left) ?? { code: 'quota_exceeded' };
  throw new Refusal(no.code, no);
}

/**
 * `reserve` returns the id under which the message is stored. If it is the id of another session, that session stores the same
 * message and has used the quota, so the quota is returned here.
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
