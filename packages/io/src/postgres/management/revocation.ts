import type { PendingMail } from '@waybill/relay/ports';

/** Without `pending`, mail that was submitted with the key and is not sent yet is held. */
export type Revocation = { readonly at: Date; readonly pending?: PendingMail };

export const revocationColumns = ({ at, pending = 'hold' }: Revocation) => ({
  revokedAt: at,
  pendingMail: pending,
});
