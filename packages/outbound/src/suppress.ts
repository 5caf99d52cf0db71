/** Puts a recipient on the suppression list when an attempt found out that there is no use in writing again. */
import { foldedAddress } from '@waybill/mail/address';
import { parseReply } from '@waybill/mail/reply';
import { type Evidence, suppressionBy } from '@waybill/relay/delivery/suppression-rule';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import type { Tried } from './attempt.ts';
import type { Ending } from './ending.ts';
import type { Verdict } from './judge.ts';
import type { OutboundDependencies } from './outbound-dependencies.ts';

function evidenceOf(ending: Ending, recipient: string): Evidence | undefined {
  if (ending.kind === 'unable') return { kind: 'dns', status: ending.status };
  if (ending.kind !== 'replied') return undefined;
  return { kind: 'words', recipient, phase: ending.phase, ...parseReply(ending.reply.verbatim) };
}

export type Suppressor = Pick<OutboundDependencies, 'suppressions' | 'onTrouble' | 'now'>;

export async function suppress(
  { suppressions, onTrouble, now }: Suppressor,
  delivery: Pick<ClaimedDelivery, 'id' | 'accountId' | 'recipient'>,
  { verdict, tried }: { readonly verdict: Verdict; readonly tried: Tried | undefined },
): Promise<void> {
  if (verdict.outcome !== 'bounced' || tried === undefined) return;
  const found = evidenceOf(tried.ending, delivery.recipient);
  const suppressing = found && suppressionBy(found, now());
  if (suppressing === undefined) return;
  const { reason, reply } = verdict;
  const evidence = {
    delivery_id: delivery.id,
    reason,
    code: reply?.code,
    enhanced_code: reply?.status,
    reply: reply?.text,
  };
  const address = foldedAddress(delivery.recipient);
  const { expiresAt } = suppressing;
  await suppressions
    .add(delivery.accountId, { address, reason: 'hard_bounce', streamId: undefined, expiresAt }, evidence)
    .catch((error: unknown) => onTrouble(error, 'not suppressed'));
}
