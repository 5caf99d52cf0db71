/** The shared state of permits: how many each process has borrowed of each key. PostgreSQL or Redis keeps it. */

/** All numbers are absolute, except `tokens`, so that a repeated claim changes nothing. */
export type PermitClaim = {
  readonly key: string;
  readonly limit: number;
  /** Permits that this process wants to hold from now on. Fewer than before gives the rest back; 0 gives all back. */
  readonly hold: number;
  /** This process has more to do than `hold` allows. Other processes then see the key as wanted. */
  readonly isWaiting: boolean;
  readonly perSecond: number | undefined;
  /** Takes of the current second that this process asks for in addition, where there is a `perSecond`. */
  readonly tokens: number;
};

export type PermitGrant = {
  /** Permits that this process holds now; at most `hold`. */
  readonly held: number;
  /** When they expire unless they are claimed again, in milliseconds from the claim. */
  readonly expiresInMs: number;
  /** Another process asked for this key in the last seconds and did not get all that it needs. */
  readonly isWanted: boolean;
  /** Processes that hold or want permits of this key, this one included. */
  readonly sharers: number;
  readonly tokens: number;
  /** How long the tokens are valid: the rest of the store's current second, in milliseconds. */
  readonly tokensExpireInMs: number;
};

export type PermitStore = {
  /** One statement or script for all claims. Answers in the order of the claims. Rejects while the store is away. */
  claim(holder: string, claims: readonly PermitClaim[]): Promise<readonly PermitGrant[]>;
  close(): Promise<void>;
};

/** How long a dead process keeps its permits, in milliseconds. */
export const PERMIT_LIFETIME_MS = 15_000;
/** How long a refused claim shows other processes that the key is wanted, in milliseconds. */
export const WANTED_MS = 3_000;
