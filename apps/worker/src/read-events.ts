/** The readers of the outbox. Each gets every event once, in order, and none of them is waited for by mail. */
import type { Database } from '@waybill/io/postgres/connection/database';
import type { EventReader } from '@waybill/io/postgres/outbox/run-readers';
import { type LedgerPorts, webhookReader } from './webhooks/read-events.ts';

export const eventReaders = (database: Database, ports: LedgerPorts): readonly EventReader[] => [
  webhookReader(database, ports),
];
