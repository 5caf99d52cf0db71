import type { Log } from '../../log/log.ts';
import type { Database } from '../../postgres/connection/database.ts';
import { redisPermitStore } from '../../redis/redis-permit-store.ts';
import { postgresPermitStore } from './postgres-permit-store.ts';
import { openSharedPermits, type SharedPermits } from './shared-permits.ts';

/** Permits in Redis where the installation has one, otherwise in PostgreSQL. */
export const openPermits = (options: {
  readonly redisUrl: string | undefined;
  readonly database: Pick<Database, 'pool'>;
  readonly log: Log;
}): SharedPermits =>
  openSharedPermits({
    store:
      options.redisUrl === undefined
        ? postgresPermitStore(options.database)
        : redisPermitStore(options.redisUrl, options.log),
    log: options.log,
  });
