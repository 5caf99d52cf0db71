import type { OutboundDeps } from './outbound-deps.ts';

/** A ring that fails is repeated by the sweeper: the row has its time. */
export const ringAt = (
  { doorbell, onTrouble }: Pick<OutboundDeps, 'doorbell' | 'onTrouble'>,
  deliveryId: string,
  at: Date,
): Promise<void> =>
  doorbell.ring('delivery', [deliveryId], at).catch((error: unknown) => onTrouble(error, 'not rung'));
