import type { PendingMail } from '@waybill/relay/ports';

/** Without `pending`, mail that the key handed over and that has not left is held. */
export type Revocation = { readonly at: Date; readonly pending?: PendingMail };

export const revocationColumns = ({ at, pending = 'hold' }: Revocation) => ({
  revokedAt: at,
  pendingMail: pending,
});
