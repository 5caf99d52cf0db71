/** Uses quota for the recipients of a submission, immediately before it is stored. */
import type { LimitState } from '../limits/sending-limits.ts';
import { quotaRefusal } from '../pipeline/require-quota.ts';
import type { No } from '../pipeline/stage.ts';
import type { Taking, Usage, Wanted } from '../ports.ts';
import { Refusal } from '../refusal.ts';

/** Returns the used quota, when the submission was stored before or is refused later. */
export type GiveBack = () => Promise<void>;

type Refused = Extract<Taking, { granted: false }>;

/** New recipients are counted only here, so more of them than their limit allows at all is found only here too. */
function noOf({ left, fresh }: Refused, recipients: number): No {
  const { binding } = left;
  if (binding?.name !== 'newPerHour' || fresh <= binding.limit)
    return quotaRefusal(recipients, left) ?? { code: 'quota_exceeded' };
  const detail = `${fresh} recipients are new, the limit is ${binding.limit} new ones per hour`;
  return { code: 'quota_too_small', detail };
}

/** A refusal by a sending limit, with the limits as they stand, for the `RateLimit` fields of the answer. */
export class OverLimit extends Refusal {
  readonly limits: readonly LimitState[];

  constructor(refused: Refused, recipients: number) {
    const no = noOf(refused, recipients);
    super(no.code, no);
    this.limits = refused.limits;
  }
}

/** Uses quota for the recipients. Throws `OverLimit` when the rest of a limit is too small. */
export async function takeQuota(usage: Usage, wanted: Wanted): Promise<Extract<Taking, { granted: true }>> {
  const taking = await usage.take(wanted);
  if (!taking.granted) throw new OverLimit(taking, wanted.recipients.length);
  return taking;
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
