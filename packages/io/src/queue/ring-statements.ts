import type { JobJson, JobsOptions, PostgresConnection } from 'bullmq';
import { openFront } from './front.ts';

/**
 * BullMQ's own pool type knows text and parameters only. Behind it stands the pool of `pg`, which also takes statements
 * with a name: parsed and planned once for each connection.
 */
type StatementPool = {
  query<Row>(statement: { name: string; text: string; values: readonly unknown[] }): Promise<{ rows: Row[] }>;
};

const statementsOf = (pool: PostgresConnection['pool']): StatementPool => pool as unknown as StatementPool;

/** The rows that BullMQ's `add_jobs_bulk` writes, without its two temporary tables and two event rows for each job. */
const addText = `
  WITH fresh AS (
    INSERT INTO job (queue, id, seq, name, state, data, opts, delay_ms, max_attempts, added_at_ms, process_at_ms)
    SELECT $1, ring.id, nextval('job_seq'), ring.name,
           (CASE WHEN ring.delay > 0 THEN 'delayed' ELSE 'waiting' END)::job_state,
           ring.data, ring.opts, ring.delay, ring.attempts, ring.added_at,
           CASE WHEN ring.delay > 0 THEN ring.added_at + ring.delay END
      FROM unnest($2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::bigint[], $7::integer[], $8::bigint[])
        AS ring (id, name, data, opts, delay, attempts, added_at)
    ON CONFLICT (queue, id) DO NOTHING
    RETURNING id
  )
  SELECT pg_notify($1, '') FROM (SELECT FROM fresh LIMIT 1) AS any_fresh`;

/**
 * Frees what was handled, takes what is next and says when something falls due, in one round trip and one commit. Rows are
 * named by arrays of keys, not by joins: a plan made while the table is empty, and kept, would read a whole queue to join.
 * For the same reason the lock token alone says that a row is active, and its state is not asked.
 */
const turnText = `
  WITH done AS (
    DELETE FROM job WHERE queue = $1 AND id = ANY ($2::text[]) AND lock_token = $3
    RETURNING id
  ),
  waiting AS (
    SELECT id, seq FROM job
     WHERE queue = $1 AND state = 'waiting' AND (priority, seq) >= (0, $7::bigint)
       AND NOT EXISTS (SELECT FROM meta WHERE queue = $1 AND field = 'paused' AND value = '1')
     ORDER BY priority, seq LIMIT $4 FOR UPDATE SKIP LOCKED
  ),
  due AS (
    SELECT id, seq FROM job
     WHERE queue = $1 AND state = 'delayed' AND process_at_ms <= $5
       AND NOT EXISTS (SELECT FROM meta WHERE queue = $1 AND field = 'paused' AND value = '1')
     ORDER BY process_at_ms LIMIT $4 FOR UPDATE SKIP LOCKED
  ),
  chosen AS (
    SELECT id, seq FROM (SELECT id, seq FROM waiting UNION ALL SELECT id, seq FROM due) AS ready
     ORDER BY seq LIMIT $4
  ),
  claimed AS (
    UPDATE job
       SET state = 'active', delay_ms = 0, lock_token = $3, locked_until_ms = $5 + $6, processed_at_ms = $5,
           attempts_started = attempts_started + 1
     WHERE queue = $1 AND id = ANY (ARRAY(SELECT id FROM chosen))
    RETURNING id, seq, name, data, opts, priority, added_at_ms, attempts_made, attempts_started, deferred_failure,
              stalled_count
  )
  SELECT (SELECT max(seq)::float8 FROM chosen) AS last_seq,
         (SELECT array_agg(id) FROM unnest($2::text[]) AS handled (id) WHERE id NOT IN (SELECT id FROM done)) AS lost,
         (SELECT min(process_at_ms)::float8 FROM job
           WHERE queue = $1 AND state = 'delayed' AND process_at_ms > $5) AS next_at,
         claimed.id, claimed.name, claimed.data, claimed.opts, claimed.priority,
         claimed.added_at_ms::float8 AS added_at, claimed.attempts_made, claimed.attempts_started,
         claimed.deferred_failure, claimed.stalled_count
    FROM (SELECT) AS one LEFT JOIN claimed ON true
   ORDER BY claimed.seq`;

const giveBackText = `
  WITH back AS (
    UPDATE job SET state = 'waiting', lock_token = NULL, locked_until_ms = NULL, seq = nextval('job_seq')
     WHERE queue = $1 AND id = ANY ($2::text[]) AND state = 'active' AND lock_token = $3
    RETURNING id
  )
  SELECT pg_notify($1, '') FROM (SELECT FROM back LIMIT 1) AS any_back`;

export type NewRing = {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly data: string;
  readonly opts: JobsOptions;
  readonly delay: number;
  readonly attempts: number;
  readonly addedAt: number;
};

export type Turn = {
  /** Ids that were handled and are now free. */
  readonly handled: readonly string[];
  /** How many to take at most. */
  readonly want: number;
};

export type TurnResult = {
  /** Handled ids whose row was no longer ours: the lock ran out meanwhile. */
  readonly lost: readonly string[];
  readonly claimed: readonly JobJson[];
  /** When the next ring for later falls due, in ms. */
  readonly nextAt: number | undefined;
};

type TurnRow = {
  readonly last_seq: number | null;
  readonly lost: string[] | null;
  readonly next_at: number | null;
  readonly id: string | null;
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions;
  readonly priority: number;
  readonly added_at: number;
  readonly attempts_made: number;
  readonly attempts_started: number;
  readonly deferred_failure: string | null;
  readonly stalled_count: number;
};

const jobOf = (row: TurnRow & { readonly id: string }, now: number): JobJson => ({
  id: row.id,
  name: row.name,
  data: JSON.stringify(row.data),
  opts: row.opts,
  progress: 0,
  attemptsMade: row.attempts_made,
  attemptsStarted: row.attempts_started,
  processedOn: now,
  timestamp: row.added_at,
  delay: 0,
  priority: row.priority,
  failedReason: '',
  returnvalue: 'null',
  stalledCounter: row.stalled_count,
  ...(row.deferred_failure === null ? {} : { deferredFailure: row.deferred_failure }),
});

export type RingStatements = {
  add(rings: readonly NewRing[]): Promise<void>;
  turn(turn: Turn, now: number): Promise<TurnResult>;
  giveBack(ids: readonly string[]): Promise<void>;
};

export type RingStatementSettings = {
  readonly pool: PostgresConnection['pool'];
  readonly queue: string;
  /** Says who holds a ring. */
  readonly token: string;
  readonly lockMs: number;
};

/** What rings cost on PostgreSQL is a handful of statements; these are all of them that run for every ring. */
export function ringStatements({ pool, queue, token, lockMs }: RingStatementSettings): RingStatements {
  const statements = statementsOf(pool);
  const front = openFront();
  return {
    async add(rings) {
      // One order for all: two processes that ring the same ids must not wait for each other.
      const sorted = rings.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      const values = [
        queue,
        sorted.map(({ id }) => id),
        sorted.map(({ name }) => name),
        sorted.map(({ data }) => data),
        sorted.map(({ opts }) => JSON.stringify(opts)),
        sorted.map(({ delay }) => delay),
        sorted.map(({ attempts }) => attempts),
        sorted.map(({ addedAt }) => addedAt),
      ];
      await statements.query({ name: 'add-rings', text: addText, values });
    },
    async turn({ handled, want }, now) {
      const values = [queue, handled, token, want, now, lockMs, front.from(now)];
      const { rows } = await statements.query<TurnRow>({ name: 'turn-rings', text: turnText, values });
      front.passed(rows[0]?.last_seq ?? undefined);
      const claimed = rows.filter((row): row is TurnRow & { id: string } => row.id !== null);
      return {
        lost: rows[0]?.lost ?? [],
        claimed: claimed.map((row) => jobOf(row, now)),
        nextAt: rows[0]?.next_at ?? undefined,
      };
    },
    async giveBack(ids) {
      await statements.query({ name: 'give-back-rings', text: giveBackText, values: [queue, ids, token] });
    },
  };
}
