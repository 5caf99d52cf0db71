import type { ConnectionLimit } from '../connection-limit.ts';
import type { Reply } from '../smtp-reply.ts';
import type { DeadlineLimits } from './deadlines.ts';
import type { Client, OpenVerbs } from './verbs.ts';

/** What the connections of a listener share. */
export type ConnectionDependencies = {
  readonly openVerbs: OpenVerbs;
  readonly replyOf: (error: unknown, client: Client) => Reply;
  readonly limit: ConnectionLimit;
  /** One session more, or one less. */
  readonly onCount: (by: 1 | -1) => void;
  readonly deadlines: DeadlineLimits;
  readonly maxMessageBytes: number;
  readonly isDraining: () => boolean;
};
