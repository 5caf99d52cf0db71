/** Limits on concurrency and rate over all processes of the installation. `packages/io` stores the shared state. */

export type PermitRequest = {
  /** The limited object, for example a destination with a source address, or an account. */
  readonly key: string;
  /** The most permits of this key in use at a time, over all processes. */
  readonly limit: number;
  /** The most permits of this key taken in a second, over all processes; `undefined`: no limit. */
  readonly perSecond?: number | undefined;
};

/** A permit that was taken. */
export type Permit = {
  /** Gives the permit back. Calling it twice changes nothing. */
  release(): void;
};

/** The port of shared permits. */
export type Permits = {
  /** A permit for all of the requests, or for none of them: `undefined` when one of them had none free within `waitMs` milliseconds. */
  take(requests: readonly PermitRequest[], waitMs: number): Promise<Permit | undefined>;
  /**
   * Called when another process got no permit of a key of which this process uses `count` more than its part: the limit divided by the
   * processes that hold or want the key. The handler gives as many back soon.
   */
  onWanted(handler: (key: string, count: number) => void): void;
};
