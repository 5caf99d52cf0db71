/**
 * What a ring costs on PostgreSQL: `node test/integration/queue/ring-cost.ts [rings]`. Not a test: it prints the CPU of all
 * processes of a server of its own, and of this one, for each ring. docs/adr/0011 has its figures from before.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { migrateQueues } from '@waybill/io/queue/migrate-queues';
import { openQueues } from '@waybill/io/queue/queues';
import { startTestServer } from '../../support/database.ts';
import { anId, log, until } from './queue-contract.ts';

const count = Number(process.argv[2] ?? 4_000);
const callers = 20;
const usPerTick = 10_000;

/** User and system ticks of a process and, for the server itself, of its children that ended. */
async function ticksOf(pid: string, server: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, ended = 0, endedSystem = 0] = fields.slice(11);
  if (Number(pid) === server) return utime + stime + ended + endedSystem;
  return fields[1] === server ? utime + stime : 0;
}

async function serverTicks(server: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const ticks = await Promise.all(pids.map((pid) => ticksOf(pid, server)));
  return ticks.reduce((sum, one) => sum + one, 0);
}

const server = await startTestServer({ isDurable: true });
await migrateQueues(server.url);
const place = { redisUrl: undefined, databaseUrl: server.url, log };
const ringing = await openQueues(place);
const hearing = await openQueues(place);
let heard = 0;

async function measure(name: string, rings: number, work: () => Promise<void>): Promise<void> {
  const [ticks, cpu, from] = [await serverTicks(server.pid), process.cpuUsage(), performance.now()];
  await work();
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const postgres = (((await serverTicks(server.pid)) - ticks) * usPerTick) / rings;
  const row = [postgres, (user + system) / rings, rings / seconds].map((value) =>
    value.toFixed(0).padStart(6),
  );
  process.stdout.write(`${name.padEnd(24)}${row[0]} µs PostgreSQL${row[1]} µs Node${row[2]} rings/s\n`);
}

async function ringAll(rings: number, at: number): Promise<void> {
  let left = rings;
  const ringOn = async (): Promise<void> => {
    while (left-- > 0) await ringing.jobs.enqueue('accepted', [anId()]);
  };
  await Promise.all(Array.from({ length: at }, ringOn));
}

function hear(): ReturnType<typeof hearing.consume> {
  heard = 0;
  const handle = async (): Promise<void> => {
    await wait(5);
    heard++;
  };
  return hearing.consume('accepted', { concurrency: callers, handle });
}

const few = Math.ceil(count / 10);
await measure('ring, one by one', few, () => ringAll(few, 1));
await measure('ring, 20 callers', count, () => ringAll(count, callers));
await measure('hear what waits', count + few, async () => {
  const consumer = hear();
  await until(() => heard === count + few, 60_000);
  await consumer.close();
});
const consumer = hear();
await consumer.ready;
await measure('both, 20 callers', count, async () => {
  await ringAll(count, callers);
  await until(() => heard === count, 60_000);
});
heard = 0;
await measure('both, every 5 ms', few, async () => {
  for (let ring = 0; ring < few; ring++) await Promise.all([ringAll(1, 1), wait(5)]);
  await until(() => heard === few, 60_000);
});
await Promise.all([ringing.close(), hearing.close()]);
await server.close();
