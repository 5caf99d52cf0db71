/** Why a delivery is held: by a switch of its account. What the worker could not prepare is held as a message, without this. */
const heldReasons = ['account_suspended', 'credential_revoked', 'sender_removed'] as const;
export type HeldReason = (typeof heldReasons)[number];
