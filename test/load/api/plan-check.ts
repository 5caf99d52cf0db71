/** Finds sequential scans of partitioned tables in what the server really did. */
import pg from 'pg';

export type PlanCheck = {
  /** Partitions with many rows that were read from end to end since the last call. */
  scanned(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** The planner rightly reads a smaller partition as a whole. */
const MANY_ROWS = 10_000;
/** The statistics of a backend are written at most this often, in milliseconds. */
const FLUSH_MS = 1_500;

const sql = `
  SELECT relname AS name, seq_scan::integer AS scans FROM pg_stat_user_tables
  WHERE n_live_tup > ${MANY_ROWS} AND relid IN (SELECT inhrelid FROM pg_inherits)`;

export async function openPlanCheck(databaseUrl: string): Promise<PlanCheck> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    const { rows } = await client.query<{ name: string; scans: number }>(sql);
    return new Map(rows.map(({ name, scans }) => [name, scans]));
  };
  let before = await read();
  return {
    async scanned() {
      const now = await read();
      const names = [...now].filter(([name, scans]) => scans > (before.get(name) ?? 0)).map(([name]) => name);
      before = now;
      return names;
    },
    close: () => client.end(),
  };
}
