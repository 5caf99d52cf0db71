/** How much may go on at a time, and how fast, over all processes of the installation. `packages/io` keeps the shared state. */

export type PermitRequest = {
  /** What is limited, for example a destination with a source address, or an account. */
  readonly key: string;
  /** Permits of this key in use at a time, over all processes. */
  readonly limit: number;
  /** Permits of this key that may be taken in a second, over all processes; `undefined`: as many as `limit` lets through. */
  readonly perSecond?: number | undefined;
};

export type Permit = {
  /** Gives the permit back. Calling it twice changes nothing. */
  release(): void;
};

export type Permits = {
  /** A permit for all of the requests, or for none of them: `undefined` when one of them had none free within `waitMs` milliseconds. */
  take(requests: readonly PermitRequest[], waitMs: number): Promise<Permit | undefined>;
  /** Called when another process was refused a permit of this key while this one holds some: give back what lies idle. */
  onWanted(handler: (key: string) => void): void;
};
