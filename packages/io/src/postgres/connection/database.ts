import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import type { PrismaClient } from '../generated/client.ts';
import { openEventSignal } from '../mail-store/event-signal.ts';
import { keptPlans, sessionOptions } from './generic-plans.ts';

/** The PostgreSQL connections of a process. Hot paths use the pool; management tables use the Prisma client on the same pool. */
export type Database = {
  readonly pool: pg.Pool;
  /** Loaded on first use, because most processes use no management table and its engine takes time and memory. */
  prisma(): Promise<PrismaClient>;
  readonly url: string;
  readonly applicationName: string;
  /** Whether tenant queries can run as the role `waybill_api`, under row-level security. Queried once. */
  hasRowSecurity(): Promise<boolean>;
  /** Notifies the followers of events that events were written. At most four notifications a second. */
  eventsWritten(): void;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  /**
   * Whether prepared statements keep one plan instead of a new one for each set of values, always by index. For connections that
   * run only the statements of the hot path: over weekly partitions, planning costs more than running (docs/performance.md §3).
   */
  readonly keepsPlans?: boolean;
  /** Whether every transaction is read only, so that PostgreSQL refuses a statement that writes. */
  readonly isReadOnly?: boolean;
  /** Called for an idle connection that broke. The pool has replaced it. */
  readonly onTrouble?: (error: Error) => void;
};

/** Each connection is a process of PostgreSQL of 5 to 10 MiB, and more of them than the machine has cores for only wait for each other. */
const POOL_SIZE = Math.min(10, 4 + 2 * availableParallelism());
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Whether the role exists and this user may take it. `waybill migrate` reports what is missing. */
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

type PrismaOptions = { readonly statementTimeoutMs: number; readonly onTrouble: (error: Error) => void };

async function openPrisma(
  pool: pg.Pool,
  { statementTimeoutMs, onTrouble }: PrismaOptions,
): Promise<PrismaClient> {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../generated/client.ts'),
    import('@prisma/adapter-pg'),
  ]);
  return new PrismaClient({
    adapter: new PrismaPg(pool, { onPoolError: onTrouble, onConnectionError: onTrouble }),
    // Its own limits, 2 and 5 s, end a transaction that only waits for a busy pool or for a row: the pool and the server have limits.
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: statementTimeoutMs },
  });
}

/**
 * Closes a connection whose server does not answer, also when the server is frozen. One timer for each connection, because
 * `query_timeout` of pg is one timer for each statement and holds its rows and values until the next major garbage collection.
 */
function cutWhenSilent(client: pg.PoolClient, afterMs: number): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.setTimeout(afterMs, () => {
    const error = new Error(`PostgreSQL was silent for ${afterMs} ms`);
    stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
}

const sessionSettings = ({ keepsPlans = false, isReadOnly = false }: DatabaseOptions): pg.PoolConfig => {
  const settings = [
    ...(keepsPlans ? keptPlans : []),
    ...(isReadOnly ? ['default_transaction_read_only=on'] : []),
  ];
  return settings.length === 0 ? {} : { options: sessionOptions(settings) };
};

/** Connects on first use, so that a process starts while PostgreSQL is away and recovers when it returns. */
export function openDatabase(options: DatabaseOptions): Database {
  const onTrouble = options.onTrouble ?? (() => undefined);
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? POOL_SIZE,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    // A transaction that its process does not end must not hold locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    ...sessionSettings(options),
  });
  // Without a listener an error of a connection would end the process.
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
      client = await openPrisma(pool, { statementTimeoutMs, onTrouble });
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
