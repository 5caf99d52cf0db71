/** The ledger, the sender and the reader of webhooks on a real database, with a clock that a test moves. */
import { randomBytes } from 'node:crypto';
import { openPermits } from '@waybill/io/concurrency/permits/open-permits';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import type { Database } from '@waybill/io/postgres/connection/database';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { webhookDeliveries } from '@waybill/io/postgres/management/webhook-deliveries';
import { webhooks } from '@waybill/io/postgres/management/webhooks';
import { webhookSending } from '@waybill/io/postgres/webhooks/sending';
import { openSecretBox, type SecretBox } from '@waybill/io/secrets/secret-box';
import { openWebhookClient } from '@waybill/io/webhooks/webhook-client';
import type { EventType } from '@waybill/relay/events/event';
import { makeId } from '@waybill/relay/id';
import { makeWebhookSecret } from '@waybill/relay/webhooks/signature';
import { onWebhook } from '../../../apps/worker/src/webhooks/on-webhook.ts';
import type { WebhookPorts } from '../../../apps/worker/src/webhooks/ports.ts';
import { webhookReader } from '../../../apps/worker/src/webhooks/read-events.ts';
import { openRequestPermits } from '../../../apps/worker/src/webhooks/request-permits.ts';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';

const rules = {
  allowedNetworks: ['127.0.0.0/8'],
  ownPorts: new Set<number>(),
  ownAddresses: new Set<string>(),
};

export type Endpoint = { readonly id: string; readonly secret: string };

/** A clock that a test moves. It goes on by itself too. */
function openClock() {
  let ahead = 0;
  return {
    now: (): Date => new Date(Date.now() + ahead),
    skip(ms: number): void {
      ahead += ms;
    },
  };
}

type Clock = ReturnType<typeof openClock>;

/** A worker. */
function openSending(database: Database, box: SecretBox, { now }: Clock) {
  const log = openLog({ level: 'silent', name: 'test' });
  const permits = openPermits({ redisUrl: undefined, database, log });
  const client = openWebhookClient({ rules, resolve: async () => ({ kind: 'none', why: 'no_domain' }) });
  /** Webhooks with something to send now. */
  const enqueued = new Set<string>();
  const ports: WebhookPorts = {
    sending: webhookSending(database, box),
    client,
    permits: openRequestPermits(permits),
    jobs: {
      enqueue: async (_, ids, at) => {
        if (at === undefined) for (const id of ids) enqueued.add(id);
      },
    },
    now,
    chance: () => 0.5,
    log,
    metrics: openMetrics('test'),
  };
  const { reader, limit, work } = webhookReader(database, ports);
  return {
    ports,
    /** Reads all events into the ledger, behind transactions of other tests on the same server. */
    async read(): Promise<void> {
      await eventually('everything is read', async () => {
        while ((await reader.next(limit, work)) > 0);
        return (await unreadOf(database, reader)) === 0;
      });
    },
    /** Handles a webhook until nothing is due. */
    async send(id: string): Promise<void> {
      do {
        enqueued.delete(id);
        await onWebhook(id, ports);
      } while (enqueued.has(id));
    },
    async close(): Promise<void> {
      client.close();
      await permits.close();
    },
  };
}

/** Makes accounts, webhooks and events. */
function openMaking(database: Database, box: SecretBox, { now }: Clock) {
  const stores = {
    accounts: accounts(database, box),
    webhooks: webhooks(database, box),
    deliveries: webhookDeliveries(database),
  };
  const someId = (at = now()): string => makeId(at, randomBytes(10));
  return {
    stores,
    someId,
    async addAccount(): Promise<string> {
      const id = someId();
      await stores.accounts.create({ id, streamId: someId(), name: 'Acme', createdAt: now() });
      return id;
    },
    async addWebhook(
      accountId: string,
      url: string,
      { events = ['*'], backfillSince }: { events?: readonly string[]; backfillSince?: Date } = {},
    ): Promise<Endpoint> {
      const id = someId();
      const secret = { id: someId(), text: makeWebhookSecret(randomBytes), createdAt: now() };
      const fixed = { id, url, description: '', shape: 'waybill', createdAt: now(), secret } as const;
      await stores.webhooks.create(accountId, { ...fixed, events, backfillSince }, 50);
      return { id, secret: secret.text };
    },
    /** Events of one message, as the statements that move deliveries write them. */
    async addEvents(
      accountId: string,
      messageId: string,
      types: readonly EventType[],
    ): Promise<readonly string[]> {
      const ids = types.map((_, index) => someId(new Date(now().getTime() + index)));
      await database.pool.query(
        `INSERT INTO event (id, account_id, message_id, type, occurred_at, detail)
         SELECT id, $1, $2, type, $5::timestamptz + number * interval '1 ms', '{"recipient": "ada@example.com"}'
         FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS t(id, type, number) ORDER BY number`,
        [accountId, messageId, ids, types, new Date(now().getTime() - 1)],
      );
      return ids;
    },
  };
}

export async function openInstallation() {
  const test = await openTestDatabase({ poolSize: 10 });
  const { database } = test;
  const box = openSecretBox(randomBytes(32));
  const clock = openClock();
  const sending = openSending(database, box, clock);
  const nextActionAt = async (id: string): Promise<Date | undefined> => {
    const { rows } = await database.pool.query('SELECT next_action_at AS at FROM webhook WHERE id = $1', [
      id,
    ]);
    return rows[0]?.at ?? undefined;
  };
  return {
    database,
    now: clock.now,
    /** Moves the clock. */
    skip: clock.skip,
    ...openMaking(database, box, clock),
    ...sending,
    /** Another worker, with permits of its own, as another process has. */
    addWorker: () => openSending(database, box, clock),
    /** Goes from one due time of a webhook to the next, for so long. */
    async pass(id: string, ms: number): Promise<void> {
      const end = clock.now().getTime() + ms;
      for (;;) {
        await sending.send(id);
        const next = (await nextActionAt(id))?.getTime() ?? end;
        clock.skip(Math.max(Math.min(next, end) - clock.now().getTime(), 0) + 1);
        if (next >= end) return sending.send(id);
      }
    },
    async close(): Promise<void> {
      await sending.close();
      await test.close();
    },
  };
}
