import type { Socket } from 'node:net';
import pg from 'pg';
import type { PrismaClient } from '../generated/client.ts';
import { openEventSignal } from '../mail-store/event-signal.ts';
import { keptPlans, sessionOptions } from './generic-plans.ts';

/** The one way to PostgreSQL of a process: hot paths use the pool, management tables the Prisma client on the same pool. */
export type Database = {
  readonly pool: pg.Pool;
  /** Loaded on first use: most processes never touch a management table, and its engine takes time and memory. */
  prisma(): Promise<PrismaClient>;
  readonly url: string;
  readonly applicationName: string;
  /** Whether tenant queries can run as the role `waybill_api`, under row-level security. Asked once. */
  hasRowSecurity(): Promise<boolean>;
  /** Notifies who follows events that some were written. Costs nothing while it is called often. */
  eventsWritten(): void;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  /**
   * Plans of prepared statements are kept instead of made anew for each set of values. For processes whose statements are
   * the few of the hot path: over weekly partitions, planning costs more than running (docs/performance.md).
   */
  readonly keepsPlans?: boolean;
  /** Told about connections that broke while nobody used them; the pool has replaced them by then. */
  readonly onTrouble?: (error: Error) => void;
};

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** A role that is missing or not ours to take is the operator's choice; `waybill migrate` says what is in the way. */
const roleSql = `
  SELECT pg_has_role(current_user, oid,
    CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END) AS can
  FROM pg_roles WHERE rolname = 'waybill_api'`;

function onceAnswered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    if (answer) return answer;
    const asked = ask();
    answer = asked;
    asked.catch(() => {
      answer = undefined;
    });
    return asked;
  };
}

async function openPrisma(pool: pg.Pool, onTrouble: (error: Error) => void): Promise<PrismaClient> {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../generated/client.ts'),
    import('@prisma/adapter-pg'),
  ]);
  return new PrismaClient({
    adapter: new PrismaPg(pool, { onPoolError: onTrouble, onConnectionError: onTrouble }),
  });
}

/**
 * For a server that is frozen and cannot even time out: whoever waits must hear an end. A timer for each connection: pg's own
 * `query_timeout` is one for each statement, whose closure keeps rows and values alive until the next major garbage collection.
 */
function cutWhenSilent(client: pg.PoolClient, afterMs: number): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.setTimeout(afterMs, () => {
    const error = new Error(`PostgreSQL was silent for ${afterMs} ms`);
    stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
}

/** Connects lazily, so that a process starts while PostgreSQL is away and recovers when it comes back. */
export function openDatabase(options: DatabaseOptions): Database {
  const onTrouble = options.onTrouble ?? (() => undefined);
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    // A transaction that its process forgot must not keep locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    ...(options.keepsPlans ? { options: sessionOptions(keptPlans) } : {}),
  });
  // Without listeners a connection that the server cuts would end the process.
  pool.on('error', onTrouble);
  pool.on('connect', (client) => {
    client.on('error', onTrouble);
    cutWhenSilent(client, statementTimeoutMs + CONNECT_TIMEOUT_MS);
  });
  let client: PrismaClient | undefined;
  const signal = openEventSignal((sql) => pool.query(sql));
  return {
    pool,
    prisma: onceAnswered(async () => {
      client = await openPrisma(pool, onTrouble);
      return client;
    }),
    url: options.url,
    applicationName: options.applicationName,
    hasRowSecurity: onceAnswered(
      async () => (await pool.query<{ can: boolean }>(roleSql)).rows[0]?.can ?? false,
    ),
    eventsWritten: signal.note,
    async close() {
      signal.close();
      await client?.$disconnect();
      await pool.end();
    },
  };
}

/** Rejects when the database cannot answer; for readiness. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.pool.query('SELECT 1');
}
