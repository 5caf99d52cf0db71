import type { QueueName } from '@waybill/relay/ports';
import type { Log } from '../log/log.ts';

export type QueueState = {
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What works but will lose or delay jobs one day. Logged at start. */
  readonly warnings: readonly string[];
};

export type ConsumeOptions = {
  /** Ids handled at a time. */
  readonly concurrency: number;
  /** An error is logged and the job is over: the row stays due and is enqueued again by the sweeper. */
  readonly handle: (id: string) => Promise<void>;
  /** Called after each id, for the metrics. */
  readonly handled?: (outcome: 'done' | 'failed') => void;
};

export type Consumer = {
  /** Resolves once the backend was reached and jobs are taken. */
  readonly ready: Promise<void>;
  /** Takes no more jobs, waits for those in flight, and enqueues again what it took and did not begin. */
  close(): Promise<void>;
};

/** The producer and the consumers of one process, on Redis or on PostgreSQL. */
export type QueueBackend = {
  readonly kind: 'redis' | 'postgres';
  /** Rejects within seconds while the backend is away. */
  enqueue(queue: QueueName, ids: readonly string[], at: Date | undefined): Promise<void>;
  consume(queue: QueueName, options: ConsumeOptions): Consumer;
  depth(): Promise<Readonly<Record<QueueName, number>>>;
  check(): Promise<QueueState>;
  close(): Promise<void>;
};

export type BackendReporting = {
  readonly log: Log;
  /** For errors of a backend that is away; may be called often. */
  readonly onTrouble: (error: unknown) => void;
};

/** Jobs of one statement or Redis script. */
export const MAX_BATCH = 500;
/** An enqueue that has not ended after this time has failed. */
export const ENQUEUE_TIMEOUT_MS = 3_000;
/** No client waits for a job to be enqueued, so under load a batch waits a little for more. */
export const ENQUEUE_LINGER_MS = 5;

/** Handles one id. Never rejects. */
export async function handleId(
  queue: QueueName,
  id: string,
  { handle, handled, log }: ConsumeOptions & Pick<BackendReporting, 'log'>,
): Promise<void> {
  try {
    await handle(id);
    handled?.('done');
  } catch (err) {
    log.error({ queue, id, err }, 'handling failed');
    handled?.('failed');
  }
}
