import type { PermitStore } from '@waybill/io/concurrency/permits/permit-store';
import { postgresPermitStore } from '@waybill/io/concurrency/permits/postgres-permit-store';
import { openSharedPermits, type SharedPermits } from '@waybill/io/concurrency/permits/shared-permits';
import { openLog } from '@waybill/io/log/log';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { redisPermitStore } from '@waybill/io/redis/redis-permit-store';

const log = openLog({ level: 'silent', name: 'test' });

/** A real store that counts its claims and can be cut off. */
export type ObservedStore = PermitStore & { claims: number; isAway: boolean };

export type Holder = { readonly permits: SharedPermits; readonly store: ObservedStore };

function storeAt(url: string): PermitStore {
  if (url.startsWith('redis:')) return redisPermitStore(url, log);
  const database = openDatabase({ url, poolSize: 2, applicationName: 'waybill test' });
  return { ...postgresPermitStore(database), close: () => database.close() };
}

/** A holder with connections of its own, as another process has. */
export function openPermitsAt(url: string, now?: () => number): Holder {
  const real = storeAt(url);
  const store: ObservedStore = {
    claims: 0,
    isAway: false,
    async claim(holder, claims) {
      store.claims += 1;
      if (store.isAway) throw new Error('cut off');
      return real.claim(holder, claims);
    },
    close: () => real.close(),
  };
  return { permits: openSharedPermits({ store, log, ...(now && { now }) }), store };
}
