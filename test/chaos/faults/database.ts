/** F08: PostgreSQL restarts, is away, and cuts every connection. F09: the disk is full. */
import assert from 'node:assert/strict';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, until, untilApiAnswers } from '../installation.ts';
import type { Book } from '../load.ts';
import { loadOn } from '../load-on.ts';
import { assertKept } from '../reckoning.ts';
import { scale } from '../scale.ts';

/** The server is the test's own, so that it stays away for as long as is wanted. */
export type Server = { stop(): Promise<void>; start(): Promise<void> };

const SETTLE_MS = 700;

/** "Not now", in the words of SMTP: RFC 5321 §4.2.1, RFC 4954 §6. */
function assertOnlyTemporary({ refused }: Book): void {
  for (const code of refused.keys()) assert.match(code, /^(4\d\d|closed)$/);
}

/** The process ids of all but PostgreSQL. */
async function appsOf({ dev }: Installation): Promise<Readonly<Record<string, number>>> {
  const { postgres: _, ...apps } = (await dev.reread()).processes;
  return apps;
}

async function underLoad(
  t: TestContext,
  installation: Installation,
  { name, fault }: { readonly name: string; readonly fault: () => Promise<void> },
): Promise<Book> {
  const before = await appsOf(installation);
  const load = loadOn(installation, name);
  await wait(SETTLE_MS);
  await fault();
  const accepted = load.book.accepted.size;
  await until({
    what: 'mail is accepted again',
    seconds: 10,
    look: async () => load.book.accepted.size > accepted,
    explain: async () => JSON.stringify([...load.book.refused]),
  });
  await untilApiAnswers(installation, 10);
  await assertKept(t, installation, { load, name });
  assertOnlyTemporary(load.book);
  assert.deepEqual(await appsOf(installation), before, 'no process ended');
  return load.book;
}

export async function databaseRestarts(t: TestContext, installation: Installation, server: Server) {
  await underLoad(t, installation, {
    name: 'f08r',
    fault: async () => {
      await server.stop();
      await server.start();
    },
  });
}

export async function databaseIsAway(t: TestContext, installation: Installation, server: Server) {
  const book = await underLoad(t, installation, {
    name: 'f08a',
    fault: async () => {
      await server.stop();
      const before = await wait(SETTLE_MS, undefined);
      assert.equal(before, undefined);
      await wait(scale.databaseAwayMs);
      await server.start();
    },
  });
  assert.ok(
    [...book.refused.keys()].some((code) => code.startsWith('4')),
    'clients heard 4xx while it was away',
  );
}

const cutSql = `
  SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND datname = current_database()`;

export async function connectionsAreCut(t: TestContext, installation: Installation): Promise<void> {
  await underLoad(t, installation, {
    name: 'f08c',
    fault: async () => {
      for (let cut = 0; cut < 3 * scale.kills; cut++) {
        await installation.database.pool.query(cutSql);
        await wait(300);
      }
    },
  });
}

const BLOCK = Buffer.alloc(1_048_576);

/** Takes what is left of the disk, to the last octet. */
async function fill(file: FileHandle): Promise<void> {
  for (const size of [BLOCK.length, 4_096, 1]) {
    for (;;) {
      const isWritten = await file.write(BLOCK.subarray(0, size)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOSPC') return false;
          throw error;
        },
      );
      if (!isWritten) break;
    }
  }
}

const brokenSql = `
  SELECT count(*)::integer AS broken FROM message LEFT JOIN message_content ON message_id = id
  WHERE bytes IS NULL OR length(bytes) <> size`;

/** 452 or 451 while nothing fits; what was accepted is whole, and goes out when there is room again. */
export async function diskIsFull(t: TestContext, installation: Installation): Promise<void> {
  const name = 'f09';
  const path = join(installation.dev.folder, 'filler');
  const apps = await appsOf(installation);
  const load = loadOn(installation, name);
  await wait(SETTLE_MS);
  const file = await open(path, 'w');
  const refusals = (): number =>
    [...load.book.refused].reduce((sum, [code, count]) => sum + (code.startsWith('4') ? count : 0), 0);
  try {
    await until({
      what: 'the disk is full and clients are told',
      seconds: 60,
      look: async () => {
        await fill(file);
        return refusals() > 0;
      },
      explain: async () => JSON.stringify([await statfs(path), [...load.book.refused]]),
    });
    const { accepted } = load.book;
    const before = accepted.size;
    await wait(scale.isLong ? 10_000 : 2_000);
    t.diagnostic(
      `${refusals()} refused while the disk was full; ${accepted.size - before} more still fitted`,
    );
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  const accepted = load.book.accepted.size;
  await until({
    what: 'mail is accepted again',
    seconds: 30,
    look: async () => load.book.accepted.size > accepted,
    explain: async () => JSON.stringify([...load.book.refused]),
  });
  await wait(SETTLE_MS);
  await assertKept(t, installation, { load, name });
  assertOnlyTemporary(load.book);
  assert.deepEqual(await appsOf(installation), apps, 'no process of ours ended, whatever it could not write');
  const { rows } = await installation.database.pool.query<{ broken: number }>(brokenSql);
  assert.deepEqual(rows, [{ broken: 0 }], 'every stored message is whole');
}
