import { randomUUID } from 'node:crypto';
import {
  type BackendFactory,
  type JobJson,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  type WorkerOptions,
} from 'bullmq';
import { type NewRing, type RingStatements, ringStatements } from './ring-statements.ts';
import { type Answer, type RingTurns, ringTurns } from './ring-turns.ts';
import { openSilence, type Silence } from './silence.ts';

type AddEntry = Parameters<PostgresQueueBackend['addJobs']>[0][number];
type Tuple = (JobJson | string | number | null)[];
type Moved = { result: Tuple | undefined; finishedOn: number };

/** What BullMQ's worker expects: the job, its id, how long it is limited, when the next one falls due. */
const tupleOf = ({ job, nextAt }: Answer): Tuple =>
  job === undefined ? [null, '', 0, nextAt ?? 0] : [job, job.id, 0, 0];

/** A job that is only a job: no flow, no deduplication, no schedule, no priority. All of ours are. */
function plainRingOf({ job, jobId, parentKeyOpts }: AddEntry): NewRing | undefined {
  const { opts } = job;
  const id = jobId || job.id;
  const links = [job.parent, job.parentKey, parentKeyOpts?.parentKey, job.deduplicationId, job.repeatJobKey];
  if (!id || [...links, job.priority, opts.priority, opts.lifo].some(Boolean)) return undefined;
  const { attempts = 1 } = opts;
  return {
    id,
    name: job.name,
    data: job.data,
    opts,
    delay: job.delay ?? opts.delay ?? 0,
    attempts,
    addedAt: job.timestamp,
  };
}

/**
 * BullMQ's PostgreSQL backend with what every ring needs done in two statements for many instead of four functions for
 * each (docs/adr/0011). It reads and writes BullMQ's own rows, so what is not overridden here works on them as before,
 * and so does a plain worker of BullMQ. Handled rings are always deleted, and no events of BullMQ's are written.
 */
class RingBackend extends PostgresQueueBackend {
  readonly #statements: RingStatements;
  readonly #silence: Silence = openSilence(Date.now);
  readonly #turns: RingTurns;
  // One for all rings of this worker: a ring may be taken before the worker says under which token it wants it.
  readonly #token = randomUUID();
  #hearing: unknown;
  #isInterrupted = false;

  constructor(...args: ConstructorParameters<typeof PostgresQueueBackend>) {
    super(...args);
    const { lockDuration: lockMs = 30_000, concurrency = 1 } = this.opts as Partial<WorkerOptions>;
    const place = { pool: this.connection.pool, queue: this.queueName };
    this.#statements = ringStatements({ ...place, token: this.#token, lockMs });
    this.#turns = ringTurns({
      turn: async (turn) => {
        await this.connection.waitUntilReady();
        return this.#statements.turn(turn, Date.now());
      },
      concurrency,
      silence: this.#silence,
    });
    this.connection.on('listenerinvalidated', () => this.#deafen());
  }

  override async addJobs(entries: AddEntry[]): Promise<string[]> {
    const rings = entries.flatMap((entry) => plainRingOf(entry) ?? []);
    if (rings.length < entries.length) return super.addJobs(entries);
    await this.connection.waitUntilReady();
    await this.#statements.add(rings);
    return rings.map(({ id }) => id);
  }

  override async moveToActive(): Promise<Tuple> {
    return tupleOf(await this.#turns.claim());
  }

  override async moveToCompleted(
    ...[job, returnValue, removeOnComplete, , fetchNext]: Parameters<PostgresQueueBackend['moveToCompleted']>
  ): Promise<Moved> {
    const finishedOn = Date.now();
    const { isLost, next } = await this.#turns.finish(job.id ?? '', fetchNext && !this.closing);
    // Says in BullMQ's own words why.
    if (isLost) await super.moveToCompleted(job, returnValue, removeOnComplete, this.#token, false);
    return { result: next === undefined ? undefined : tupleOf(next), finishedOn };
  }

  override moveToFailed(
    ...[job, reason, removeOnFail, , , fields]: Parameters<PostgresQueueBackend['moveToFailed']>
  ): ReturnType<PostgresQueueBackend['moveToFailed']> {
    this.#turns.forget(job.id ?? '');
    return super.moveToFailed(job, reason, removeOnFail, this.#token, false, fields);
  }

  override extendLocks(ids: string[], _tokens: string[], duration: number): Promise<string[]> {
    const tokens = ids.map(() => this.#token);
    return super.extendLocks(ids, tokens, duration);
  }

  /** BullMQ's own way of waiting asks twice before it sleeps; a bell that is heard all the time makes that needless. */
  override async waitForJob(timeoutSeconds: number): Promise<null> {
    if (this.closing || this.#isInterrupted) return null;
    await this.#listen();
    if (this.#isInterrupted || this.#turns.hasTaken()) return null;
    await this.#silence.untilBroken(timeoutSeconds * 1_000);
    return null;
  }

  override async disconnectBlocking(): Promise<void> {
    this.#isInterrupted = true;
    this.#silence.broken();
  }

  override async reconnectBlocking(): Promise<void> {
    this.#isInterrupted = false;
    this.#deafen();
  }

  override async close(force = false): Promise<void> {
    this.closing ??= this.#giveBack(force).finally(() => this.connection.close());
    return this.closing;
  }

  /** What was taken and not begun is for others. When this cannot be said, they find out when the lock runs out. */
  async #giveBack(force: boolean): Promise<void> {
    if (force) return;
    const ids = await this.#turns.close();
    if (ids.length > 0) await this.#statements.giveBack(ids);
  }

  readonly #hear = ({ channel, payload }: { channel: string; payload?: string }): void => {
    if (channel === this.queueName || payload === this.queueName) this.#silence.broken();
  };

  async #listen(): Promise<void> {
    const client = await this.connection.getListenClient();
    if (client === this.#hearing) return;
    client.removeListener('notification', this.#hear);
    client.on('notification', this.#hear);
    // A channel for each queue wakes nobody else. The other is BullMQ's: it rings there for a ring that stalled.
    await client.query(`LISTEN "${this.queueName}"; LISTEN bullmq_jobs`);
    this.#hearing = client;
    // Whoever rang before was not heard.
    this.#silence.broken();
  }

  #deafen(): void {
    this.#hearing = undefined;
    this.#silence.broken();
  }
}

export const createRingBackend: BackendFactory<RingBackend, PostgresConnectionOptions> = (
  name,
  opts,
  { withBlockingConnection = false } = {},
) => {
  const connection = new PostgresConnection(opts.connection);
  return new RingBackend(connection, name, opts, true, withBlockingConnection ? name : undefined);
};
