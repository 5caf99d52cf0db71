/** How long and how often: short forms run with every `npm test`, long ones by `npm run chaos`. */
export type Scale = {
  readonly isLong: boolean;
  /** Kills of each process. */
  readonly kills: number;
  /** How often a process runs out of memory. */
  readonly deaths: number;
  /** Milliseconds between two kills, at most: random, so that they fall into every step. */
  readonly betweenMs: number;
  readonly redisFrozenMs: number;
  readonly databaseAwayMs: number;
  readonly senderFrozenMs: number;
  readonly queued: number;
  /** The number of submitted messages after which a load ends. */
  readonly leastAccepted: number;
  /** Messages a client sends a second: the machine is shared. */
  readonly perClientPerSecond: number;
};

const short: Scale = {
  isLong: false,
  kills: 1,
  deaths: 1,
  betweenMs: 500,
  redisFrozenMs: 5_000,
  databaseAwayMs: 3_000,
  senderFrozenMs: 5_000,
  queued: 600,
  leastAccepted: 1,
  perClientPerSecond: 12,
};

const long: Scale = {
  isLong: true,
  kills: 10,
  deaths: 5,
  betweenMs: 2_000,
  redisFrozenMs: 60_000,
  databaseAwayMs: 30_000,
  senderFrozenMs: 30_000,
  queued: 2_000,
  leastAccepted: 5_000,
  perClientPerSecond: 30,
};

export const scale: Scale = process.env.WAYBILL_CHAOS === 'long' ? long : short;
