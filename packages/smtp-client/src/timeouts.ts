const second = 1_000;
const minute = 60 * second;

/** How long each step may take. RFC 5321 §4.5.3.2. */
export type Timeouts = {
  readonly connectMs: number;
  readonly bannerMs: number;
  readonly ehloMs: number;
  readonly tlsMs: number;
  readonly authMs: number;
  readonly mailMs: number;
  readonly rcptMs: number;
  readonly dataMs: number;
  readonly blockMs: number;
  readonly dotMs: number;
  readonly resetMs: number;
};

/** The time limits of RFC 5321 §4.5.3.2, in milliseconds. */
export const rfcTimeouts: Timeouts = {
  connectMs: 30 * second,
  bannerMs: 5 * minute,
  ehloMs: 5 * minute,
  tlsMs: 30 * second,
  authMs: 5 * minute,
  mailMs: 5 * minute,
  rcptMs: 5 * minute,
  dataMs: 2 * minute,
  blockMs: 3 * minute,
  dotMs: 10 * minute,
  // Nothing is lost when a session is not used again.
  resetMs: 5 * second,
};
