/** The readers of the outbox. Each gets every event once, in order, and none of them is waited for by mail. */
import type { Config } from '@waybill/io/config/config';
import type { Database } from '@waybill/io/postgres/connection/database';
import { pauseAccounts } from '@waybill/io/postgres/outbox/pause-accounts';
import { openReader } from '@waybill/io/postgres/outbox/reader';
import type { EventReader } from '@waybill/io/postgres/outbox/run-readers';
import { rollUp, STATISTICS_READER } from '@waybill/io/postgres/statistics/roll-up';
import { type LedgerPorts, webhookReader } from './webhooks/read-events.ts';

type Settings = { readonly config: Pick<Config, 'DELIVERY_MODE'> };

/** Where the whole installation is a sandbox, bounces are tests. */
const pauses = (database: Database, { config }: Settings): readonly EventReader[] =>
  config.DELIVERY_MODE === 'sandbox'
    ? []
    : [
        {
          reader: openReader({ database, name: 'account-pauses', from: 'now' }),
          limit: 500,
          work: pauseAccounts,
        },
      ];

export const eventReaders = (database: Database, ports: LedgerPorts & Settings): readonly EventReader[] => [
  webhookReader(database, ports),
  // From the start: after an upgrade it counts the mail that is still stored.
  { reader: openReader({ database, name: STATISTICS_READER, from: 'start' }), limit: 500, work: rollUp },
  ...pauses(database, ports),
];
