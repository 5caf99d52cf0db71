import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';

/** The one way to PostgreSQL of a process: hot paths use the pool, management tables the Prisma client on the same pool. */
export type Database = {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  readonly url: string;
  readonly applicationName: string;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  /** Told about connections that broke while nobody used them; the pool has replaced them by then. */
  readonly onTrouble?: (error: Error) => void;
};

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Connects lazily, so that a process starts while PostgreSQL is away and recovers when it comes back. */
export function openDatabase(options: DatabaseOptions): Database {
  const onTrouble = options.onTrouble ?? (() => undefined);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    // A transaction that its process forgot must not keep locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  });
  // Without listeners a connection that the server cuts would end the process.
  pool.on('error', onTrouble);
  pool.on('connect', (client) => client.on('error', onTrouble));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { onPoolError: onTrouble, onConnectionError: onTrouble }),
  });
  return {
    pool,
    prisma,
    url: options.url,
    applicationName: options.applicationName,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Rejects when the database cannot answer; for readiness. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.pool.query('SELECT 1');
}
