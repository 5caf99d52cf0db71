/** The delivery as 7-bit, for a next hop without 8BITMIME. The new patch is saved before the dot: what was sent is what is stored. */
import { broken, type SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import type { OutgoingMessage } from '@waybill/smtp-client/transaction';
import type { Attempt } from './attempt.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import { outgoingMessageOf } from './outgoing-message.ts';

/** An outcome: it is tried again later where preparing failed, and it cannot be sent to this hop where a part must stay 8-bit. */
export async function sevenBitOf(
  { prepareAgain, store, onTrouble }: Pick<DeliveryDependencies, 'prepareAgain' | 'store' | 'onTrouble'>,
  { delivery, transcript }: Attempt,
): Promise<OutgoingMessage | { readonly outcome: SmtpOutcome }> {
  try {
    const made = await prepareAgain(delivery);
    if ('eightBit' in made) {
      const text = `the next hop does not take 8-bit mail (8BITMIME), and ${made.eightBit}`;
      return { outcome: { kind: 'unable', outcome: 'bounced', status: '5.6.3', text, lacks: '8BITMIME' } };
    }
    if (!(await store.savePatch(delivery.id, delivery.leaseId, made.patch)))
      return { outcome: { kind: 'lease_lost' } };
    transcript.note('the next hop does not take 8-bit mail: the message was prepared again as 7-bit');
    return outgoingMessageOf({ ...delivery, patch: made.patch });
  } catch (error) {
    onTrouble(error, 'not prepared again as 7-bit');
    return { outcome: broken('mail', error) };
  }
}
