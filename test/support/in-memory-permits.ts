import {
  PERMIT_LIFETIME_MS,
  type PermitClaim,
  type PermitGrant,
  type PermitStore,
} from '@waybill/io/concurrency/permits/permit-store';

/** The shared state of permits for the processes of one test. */
export function inMemoryPermitStore(): PermitStore {
  const held = new Map<string, Map<string, number>>();
  const grantOf = (holder: string, { key, limit, hold }: PermitClaim): PermitGrant => {
    const holders = held.get(key) ?? new Map<string, number>();
    held.set(key, holders);
    const others = [...holders].filter(([name]) => name !== holder);
    const granted = Math.max(0, Math.min(hold, limit - others.reduce((sum, [, count]) => sum + count, 0)));
    holders.set(holder, granted);
    return {
      held: granted,
      expiresInMs: PERMIT_LIFETIME_MS,
      isWanted: false,
      sharers: others.length + 1,
      tokens: 0,
      tokensExpireInMs: 0,
    };
  };
  return {
    claim: async (holder, claims) => claims.map((claim) => grantOf(holder, claim)),
    close: async () => undefined,
  };
}
