/** Why a delivery is held: the setting of its account. A message that the worker could not prepare is held without a value of this. */
const heldReasons = ['account_suspended', 'credential_revoked', 'sender_removed'] as const;
export type HeldReason = (typeof heldReasons)[number];
