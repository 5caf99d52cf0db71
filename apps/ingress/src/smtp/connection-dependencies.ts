import type { Semaphore } from '@waybill/io/concurrency/semaphore';
import type { Reply } from '../smtp-reply.ts';
import type { DeadlineLimits } from './deadlines.ts';
import type { Client, OpenVerbs } from './verbs.ts';

/** Shared by the connections of a listener. */
export type ConnectionDependencies = {
  readonly openVerbs: OpenVerbs;
  readonly replyOf: (error: unknown, client: Client) => Reply;
  /** Per connecting address. */
  readonly connections: Semaphore;
  /** Counts sessions: 1 more, or 1 less. */
  readonly onCount: (by: 1 | -1) => void;
  readonly deadlines: DeadlineLimits;
  readonly maxMessageBytes: number;
  readonly isDraining: () => boolean;
};
