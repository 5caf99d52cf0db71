/** The reader of the outbox that puts events into the ledger of webhooks. */
import type { Database } from '@waybill/io/postgres/connection/database';
import { openReader, type Reader } from '@waybill/io/postgres/outbox/reader';
import type { EventReader } from '@waybill/io/postgres/outbox/run-readers';
import { writeLedger } from '@waybill/io/postgres/webhooks/write-ledger';
import type { WebhookPorts } from './ports.ts';

const BATCH = 500;

export type LedgerPorts = Pick<WebhookPorts, 'jobs' | 'now' | 'log'>;

/** Webhooks are enqueued after the commit: before it a process would find nothing to send. */
function enqueuing(reader: Reader, { jobs, now, log }: LedgerPorts): EventReader {
  let due: readonly string[] = [];
  const next: Reader['next'] = async (limit, work) => {
    due = [];
    const count = await reader.next(limit, work);
    // When enqueueing fails, the sweeper finds the rows.
    await jobs.enqueue('webhook', due).catch((err: unknown) => log.warn({ err }, 'webhooks not enqueued'));
    return count;
  };
  return {
    reader: { ...reader, next },
    limit: BATCH,
    work: async (client, events) => {
      due = await writeLedger(client, events, now());
    },
  };
}

export const webhookReader = (database: Database, ports: LedgerPorts): EventReader =>
  enqueuing(openReader({ database, name: 'webhooks' }), ports);
