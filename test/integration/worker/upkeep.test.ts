import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { accountErasure } from '@waybill/io/postgres/erasure/account-erasure';
import { idempotency } from '@waybill/io/postgres/mail-store/idempotency';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { unreadBefore } from '@waybill/io/postgres/outbox/unread-events';
import { dropPartitions, ensurePartitions } from '@waybill/io/postgres/upkeep/partitions';
import { retention } from '@waybill/io/postgres/upkeep/retention';
import { makeDkimKeys } from '@waybill/io/secrets/new-dkim-keys';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { type UpkeepPorts, upkeep } from '../../../apps/worker/src/upkeep.ts';
import { someMessage, somePrepared } from '../postgres/some.ts';
import { type Bench, openBench } from './bench.ts';

const now = new Date();
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

let bench: Bench;
let acme: string;
let ports: UpkeepPorts;

before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
  const { database } = bench;
  ports = {
    partitions: {
      ensure: (at) => ensurePartitions(database, at),
      drop: (end) => dropPartitions(database, end),
      unread: (end) => unreadBefore(database, end),
    },
    retention: retention(database),
    idempotency: idempotency(database),
    stores: {
      senderDomains: senderDomains(database, openSecretBox(randomBytes(32))),
      auditLog: auditLog(database),
    },
    accountErasure: accountErasure(database),
    lookUp: dnsIn(new Map()),
    makeDkimKeys,
    random: randomBytes,
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    now: () => now,
    log: bench.ports.log,
    metrics: bench.ports.metrics,
  };
});
after(() => bench.close());

/** A message of that time, on its way or delivered. */
async function aMessage(acceptedAt: Date, isFinished: boolean): Promise<string> {
  await ensurePartitions(bench.database, acceptedAt);
  const store = openMessageStore({ database: bench.database });
  const message = someMessage(acme, { acceptedAt });
  await store.accept(message);
  await store.savePrepared(somePrepared(message, { at: acceptedAt }));
  if (isFinished)
    await bench.query(
      "UPDATE delivery SET status = 'delivered', next_action_at = NULL WHERE message_id = $1",
      [message.id],
    );
  return message.id;
}

const isThere = async (id: string): Promise<boolean> =>
  (await bench.query('SELECT id FROM message WHERE id = $1', [id])).length > 0;

test('a day’s upkeep on a real database: old weeks and keys go, unfinished mail and fresh keys stay, a lost record degrades', async () => {
  const [old, open, young] = [
    await aMessage(daysAgo(90), true),
    await aMessage(daysAgo(120), false),
    await aMessage(daysAgo(3), true),
  ];
  const keys = idempotency(bench.database);
  const begin = (key: string, expiresAt: Date) =>
    keys.begin({ accountId: acme, route: 'x', key, bodyHash: Buffer.alloc(32), now: daysAgo(2), expiresAt });
  await begin('old', daysAgo(1));
  await begin('fresh', new Date(now.getTime() + 1000));
  await upkeep(ports, new AbortController().signal);
  assert.deepEqual(await Promise.all([old, open, young].map(isThere)), [false, true, true]);
  assert.deepEqual(await bench.query('SELECT key FROM idempotency_key'), [{ key: 'fresh' }]);
  assert.deepEqual(
    await bench.query('SELECT domain, status FROM sender_domain WHERE account_id = $1', [acme]),
    [{ domain: 'acme.test', status: 'degraded' }],
  );
});
