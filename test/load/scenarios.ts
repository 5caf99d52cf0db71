import type { MessageKind } from './generator/message.ts';

/** The rows of docs/performance.md: the same work for each system. */
export type Scenario = {
  readonly name: string;
  readonly about: string;
  readonly kind: MessageKind;
  readonly messages: number;
  readonly ratePerSecond?: number;
  readonly isConnectionPerMessage?: true;
  /** Runs first, on a system that has just started: start time, idle CPU, memory idle and under this load. */
  readonly isFootprint?: true;
};

export const SESSIONS = 20;

export const small: Scenario = {
  name: 'small',
  about: '4 KiB multipart with 10 links, 20 sessions',
  kind: 'small',
  messages: 20_000,
};

export const scenarios: readonly Scenario[] = [
  {
    ...small,
    name: 'footprint',
    about: 'start time, idle CPU, memory idle and under the load of small',
    isFootprint: true,
  },
  small,
  { name: 'large', about: '100 KiB with an attachment, 20 sessions', kind: 'large', messages: 5_000 },
  {
    name: 'paced',
    about: '4 KiB at a fixed 100/s, 20 sessions',
    kind: 'small',
    messages: 2_000,
    ratePerSecond: 100,
  },
  {
    name: 'reconnect',
    about: '4 KiB, a new connection with AUTH per message, 20 at a time',
    kind: 'small',
    messages: 8_000,
    isConnectionPerMessage: true,
  },
];

export const WARM_UP = 3_000;
/** A short run is this part of a whole one. */
export const SHORT = 0.1;
