import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { outbox } from '@waybill/io/postgres/outbox/account-events';
import { openReader, type ReadWork } from '@waybill/io/postgres/outbox/reader';
import { runReaders } from '@waybill/io/postgres/outbox/run-readers';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { addAccount } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const listener = openListener(database);
const accountId = await addAccount(database);
const metrics = openMetrics('test');
const ports = { database, listener, metrics, log: openLog({ level: 'silent', name: 'test' }) };
after(async () => {
  await listener.close();
  await opened.close();
});

const append = (...numbers: readonly number[]) =>
  outbox(database).append(
    ...numbers.map((n) => ({
      accountId,
      type: 'credential.locked' as const,
      occurredAt: new Date(),
      detail: { n },
    })),
  );

async function begun(name: string) {
  const reader = openReader({ database, name });
  await reader.next(1, async () => undefined);
  return reader;
}

test('events are read within a second of their notification, and a reader that is stuck delays no other', async () => {
  const seen: unknown[] = [];
  const stuck = { reader: await begun('stuck'), limit: 10, work: () => new Promise<void>(() => undefined) };
  const quick: ReadWork = async (_client, batch) => void seen.push(...batch.map(({ detail }) => detail.n));
  const running = runReaders([{ reader: await begun('quick'), limit: 10, work: quick }], ports);
  const other = openReader({ database, name: 'stuck' });
  void other.next(10, stuck.work).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const from = performance.now();
  await append(1);
  await eventually('the event is read', () => seen.length > 0);
  assert.ok(performance.now() - from < 3_000);
  await running.close();
});

test('one event that cannot be handled is found among many, passed over and counted; all others are handled once', async () => {
  const handled: number[] = [];
  const work: ReadWork = async (client, batch) => {
    const numbers = batch.map(({ detail }) => Number(detail.n));
    if (numbers.includes(13)) throw new Error('unlucky');
    await client.query('SELECT 1');
    handled.push(...numbers);
  };
  const task = { reader: await begun('unlucky'), limit: 30, work };
  const all = Array.from({ length: 30 }, (_, n) => n);
  await append(...all);
  const running = runReaders([task], ports);
  await eventually(
    () => `only ${handled}`,
    () => handled.length === 29,
  );
  await running.close();
  assert.deepEqual(
    handled,
    all.filter((n) => n !== 13),
  );
  assert.match(
    (await metrics.exposition()).text,
    /waybill_passed_events_total\{reader="unlucky",process="test"\} 1/,
  );
});
