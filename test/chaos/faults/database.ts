/** F08: PostgreSQL restarts, is away, and cuts every connection. F09: the disk is full. */
import assert from 'node:assert/strict';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, until, untilApiAnswers } from '../installation.ts';
import type { Book } from '../load.ts';
import { underLoad } from '../load-on.ts';
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

const acceptedAgain = ({ accepted, refused }: Book, seconds: number): Promise<number> => {
  const before = accepted.size;
  return until({
    what: 'mail is accepted again',
    seconds,
    look: async () => accepted.size > before,
    explain: async () => JSON.stringify([...refused]),
  });
};

async function withoutServer(
  t: TestContext,
  installation: Installation,
  { name, fault }: { readonly name: string; readonly fault: () => Promise<void> },
): Promise<Book> {
  const before = await appsOf(installation);
  const { book } = await underLoad(t, installation, {
    name,
    fault: async (load) => {
      await wait(SETTLE_MS);
      await fault();
      await acceptedAgain(load.book, 10);
      await untilApiAnswers(installation, 10);
    },
  });
  assertOnlyTemporary(book);
  assert.deepEqual(await appsOf(installation), before, 'no process ended');
  return book;
}

export async function databaseRestarts(t: TestContext, installation: Installation, server: Server) {
  await withoutServer(t, installation, {
    name: 'f08r',
    fault: async () => {
      await server.stop();
      await server.start();
    },
  });
}

export async function databaseIsAway(t: TestContext, installation: Installation, server: Server) {
  const book = await withoutServer(t, installation, {
    name: 'f08a',
    fault: async () => {
      await server.stop();
      await wait(scale.databaseAwayMs);
      await server.start();
    },
  });
  assert.ok(
    [...book.refused.keys()].some((code) => code.startsWith('4')),
    'clients got 4xx while it was away',
  );
}

const cutSql = `
  SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND datname = current_database()`;

export async function connectionsAreCut(t: TestContext, installation: Installation): Promise<void> {
  await withoutServer(t, installation, {
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

/** Takes what is left of the disk, to the last byte. */
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

const refusalsIn = ({ refused }: Book): number =>
  [...refused].reduce((sum, [code, count]) => sum + (code.startsWith('4') ? count : 0), 0);

/** Full until clients get a temporary refusal, and a while longer. */
async function fillUp(t: TestContext, installation: Installation, book: Book): Promise<void> {
  const path = join(installation.dev.folder, 'filler');
  const file = await open(path, 'w');
  try {
    await until({
      what: 'the disk is full and clients get a temporary refusal',
      seconds: 60,
      look: async () => {
        await fill(file);
        return refusalsIn(book) > 0;
      },
      explain: async () => JSON.stringify([await statfs(path), [...book.refused]]),
    });
    const before = book.accepted.size;
    await wait(scale.isLong ? 10_000 : 2_000);
    t.diagnostic(
      `${refusalsIn(book)} refused while the disk was full; ${book.accepted.size - before} more still fitted`,
    );
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** 452 or 451 while nothing fits; what was accepted is whole, and goes out when there is room again. */
export async function diskIsFull(t: TestContext, installation: Installation): Promise<void> {
  const apps = await appsOf(installation);
  const { book } = await underLoad(t, installation, {
    name: 'f09',
    fault: async (load) => {
      await wait(SETTLE_MS);
      await fillUp(t, installation, load.book);
      await acceptedAgain(load.book, 30);
      await wait(SETTLE_MS);
    },
  });
  assertOnlyTemporary(book);
  assert.deepEqual(await appsOf(installation), apps, 'no process of ours ended, whatever it could not write');
  const { rows } = await installation.database.pool.query<{ broken: number }>(brokenSql);
  assert.deepEqual(rows, [{ broken: 0 }], 'every stored message is whole');
}
