import type { Revocation } from '@waybill/relay/management/records';

export const revocationColumns = ({ at, pending = 'hold' }: Revocation) => ({
  revokedAt: at,
  pendingMail: pending,
});
