import { openLog } from '@waybill/io/log/log';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { openQueues, type Queues } from '@waybill/io/queue/queues';

export type QueuePlace = { readonly redisUrl: string | undefined; readonly databaseUrl: string };

/** The queues of one process, with a database pool and a listener of its own. */
export async function openTestQueues(
  { redisUrl, databaseUrl }: QueuePlace,
  log = openLog({ level: 'silent', name: 'test' }),
): Promise<Queues> {
  const database = openDatabase({ url: databaseUrl, applicationName: 'waybill queue', poolSize: 2 });
  const listener = openListener(database);
  const queues = await openQueues({ redisUrl, database, listener, log });
  return {
    ...queues,
    async close() {
      await queues.close();
      await listener.close();
      await database.close();
    },
  };
}
