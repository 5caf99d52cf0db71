import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { Hit } from './hit.ts';
import { openSpool } from './spool.ts';
import { lockSpool } from './spool-lock.ts';

const folders: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-spool-'));
  folders.push(folder);
});
after(() => Promise.all(folders.map((one) => rm(one, { recursive: true, force: true }))));

const deliveryId = (n: number): string => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const aHit = (n: number): Hit => ({
  type: 'opened',
  deliveryId: deliveryId(n),
  at: '2026-11-21T10:00:00.000Z',
  agent: { kind: 'human', name: 'client' },
});

let stamps = 0;
const stamp = (): string => `019b0000-0000-7000-8000-${String(stamps++).padStart(12, '0')}`;

test('hits that were appended together are drained once, in order, each with its own id', async () => {
  const spool = await openSpool(folder);
  await Promise.all(Array.from({ length: 100 }, (_, n) => spool.append(aHit(n))));
  const segment = await spool.next(stamp);
  assert.deepEqual(
    segment?.hits.map((hit) => hit.deliveryId),
    Array.from({ length: 100 }, (_, n) => deliveryId(n)),
  );
  assert.equal(new Set(segment?.hits.map(({ id }) => id)).size, 100);
  await segment?.remove();
  assert.equal(await spool.next(stamp), undefined);
  assert.deepEqual(await readdir(folder), []);
  await spool.close();
});

test('an append resolves after the hit is on disk', async () => {
  const spool = await openSpool(folder);
  await spool.append(aHit(1));
  const [name = ''] = await readdir(folder);
  assert.match(await readFile(join(folder, name), 'utf8'), new RegExp(deliveryId(1)));
  await spool.close();
});

test('a segment that was not removed is drained again with the same ids, also after a restart', async () => {
  const spool = await openSpool(folder);
  await spool.append(aHit(1));
  const first = await spool.next(stamp);
  await spool.append(aHit(2));
  await spool.close();
  const restarted = await openSpool(folder);
  const again = await restarted.next(stamp);
  assert.deepEqual(again?.hits, first?.hits);
  await again?.remove();
  const rest = await restarted.next(stamp);
  assert.deepEqual(
    rest?.hits.map((hit) => hit.deliveryId),
    [deliveryId(2)],
  );
  await restarted.close();
});

test('a crash between stamping a segment and removing its source doubles no hit', async () => {
  const spool = await openSpool(folder);
  await spool.append(aHit(1));
  const [waiting = ''] = await readdir(folder);
  const before = await readFile(join(folder, waiting));
  await spool.next(stamp);
  await writeFile(join(folder, waiting), before);
  const restarted = await openSpool(folder);
  const segment = await restarted.next(stamp);
  await segment?.remove();
  assert.equal(await restarted.next(stamp), undefined);
});

test('a line that a crash cut short is counted, and the other lines are read', async () => {
  const spool = await openSpool(folder);
  await spool.append(aHit(1));
  await spool.close();
  const [name = ''] = await readdir(folder);
  await appendFile(join(folder, name), '{"type":"clicked","deliver');
  const restarted = await openSpool(folder);
  await restarted.append(aHit(2));
  const segment = await restarted.next(stamp);
  assert.equal(segment?.unreadable, 1);
  assert.deepEqual(
    segment?.hits.map((hit) => hit.deliveryId),
    [deliveryId(1)],
  );
  await segment?.remove();
  assert.equal((await restarted.next(stamp))?.hits.length, 1);
  await restarted.close();
});

test('hits that are appended while a segment is drained are in the next segment', async () => {
  const spool = await openSpool(folder);
  await spool.append(aHit(1));
  const [segment] = await Promise.all([spool.next(stamp), spool.append(aHit(2)), spool.append(aHit(3))]);
  await segment?.remove();
  const rest = await spool.next(stamp);
  assert.equal((segment?.hits.length ?? 0) + (rest?.hits.length ?? 0), 3);
  await spool.close();
});

test('append rejects when the disk fails', async () => {
  const spool = await openSpool(folder);
  await rm(folder, { recursive: true });
  await assert.rejects(spool.append(aHit(1)));
});

test('a spool belongs to one process, and the spool of a dead process can be opened', async () => {
  const lock = await lockSpool(folder);
  assert.equal(await readFile(join(folder, 'lock'), 'utf8'), String(process.pid));
  await lock.release();
  await writeFile(join(folder, 'lock'), String(process.ppid));
  await assert.rejects(lockSpool(folder), /in use by process/);
  await writeFile(join(folder, 'lock'), '4194305');
  await (await lockSpool(folder)).release();
});
