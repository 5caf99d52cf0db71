/** Puts a recipient on the suppression list when an attempt found out that there is no use in writing again. */
import { foldedAddress } from '@waybill/mail/address';
import { parseReply } from '@waybill/mail/reply';
import { type Evidence, suppressionBy } from '@waybill/relay/delivery/suppression-rule';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import type { Classification } from './classify.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import type { AttemptRecord } from './try-hosts.ts';

function evidenceOf(outcome: AttemptRecord['outcome'], recipient: string): Evidence | undefined {
  if (outcome.kind === 'unable') return { kind: 'dns', status: outcome.status };
  if (outcome.kind !== 'replied') return undefined;
  return { kind: 'words', recipient, phase: outcome.phase, ...parseReply(outcome.reply.verbatim) };
}

export type Suppressor = Pick<DeliveryDependencies, 'suppressions' | 'ownRules' | 'onTrouble' | 'now'>;

export async function suppress(
  { suppressions, ownRules, onTrouble, now }: Suppressor,
  delivery: Pick<ClaimedDelivery, 'id' | 'accountId' | 'recipient'>,
  { classification, record }: { readonly classification: Classification; readonly record: AttemptRecord },
): Promise<void> {
  if (classification.outcome !== 'bounced') return;
  const found = evidenceOf(record.outcome, delivery.recipient);
  const suppressing = found && suppressionBy(found, now(), await ownRules());
  if (suppressing === undefined) return;
  const { reason, reply } = classification;
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
