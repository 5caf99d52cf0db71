/**
 * Append-only NDJSON segments in one folder. A line counts once fsync has returned; concurrent lines share one.
 * `<n>.hits` is written to or waits; `<n>.stamped` is a segment whose lines carry event ids and are being drained.
 */
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openBatcher } from '@waybill/io/concurrency/batcher';
import { type Hit, hitSchema, type StampedHit, stampedHitSchema } from './hit.ts';
import { appendSynced, jsonLines, readLines, replaceFile, syncFolder } from './spool-files.ts';

export type Segment = {
  readonly hits: readonly StampedHit[];
  /** Lines that could not be parsed: after a crash the last line may be cut short. */
  readonly unreadable: number;
  /** Removes the file, once every hit is in PostgreSQL. */
  remove(): Promise<void>;
};

export type Spool = {
  /** Resolves after fsync; rejects when the disk fails. */
  append(hit: Hit): Promise<void>;
  /** Ends the current segment and returns the oldest one with its hits stamped; `undefined`: the spool is empty. */
  next(stamp: () => string): Promise<Segment | undefined>;
  /** Saves a hit that the database rejects for ever, for the operator to look at. */
  saveRejected(hit: StampedHit): Promise<void>;
  close(): Promise<void>;
};

const waitingEnding = '.hits';
const stampedEnding = '.stamped';

/** The segment that hits are appended to. */
type Current = {
  readonly name: () => string | undefined;
  write(lines: string): Promise<void>;
  end(): Promise<void>;
};

function currentSegment(folder: string, lastNumber: number): Current {
  let number = lastNumber;
  let opened: { readonly name: string; readonly handle: FileHandle } | undefined;
  const started = async (): Promise<FileHandle> => {
    if (opened !== undefined) return opened.handle;
    number += 1;
    const name = `${String(number).padStart(12, '0')}${waitingEnding}`;
    opened = { name, handle: await open(join(folder, name), 'a', 0o600) };
    await syncFolder(folder);
    return opened.handle;
  };
  return {
    name: () => opened?.name,
    async write(lines) {
      const handle = await started();
      await handle.appendFile(lines);
      await handle.datasync();
    },
    async end() {
      const ended = opened;
      opened = undefined;
      await ended?.handle.close();
    },
  };
}

/** Runs one task at a time, because a segment must not end between a write and its fsync. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
}

const filesOf = async (folder: string, ending: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();

async function lastNumber(folder: string): Promise<number> {
  const names = [...(await filesOf(folder, waitingEnding)), ...(await filesOf(folder, stampedEnding))];
  return Math.max(0, ...names.map((name) => Number.parseInt(name, 10)));
}

export async function openSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const current = currentSegment(folder, await lastNumber(folder));
  const inTurn = oneAtATime();
  const commits = openBatcher<Hit, void>({
    maxItems: 5_000,
    flush: (hits) =>
      inTurn(async () => {
        await current.write(jsonLines(hits));
        return hits.map(() => undefined);
      }),
  });

  const stampOldest = async (stamp: () => string): Promise<number> => {
    const [oldest] = await filesOf(folder, waitingEnding);
    if (oldest === undefined) return 0;
    if (oldest === current.name()) await current.end();
    const { rows, unreadable } = await readLines(join(folder, oldest), hitSchema);
    const to = oldest.replace(waitingEnding, stampedEnding);
    await replaceFile(folder, { from: oldest, to }, jsonLines(rows.map((hit) => ({ ...hit, id: stamp() }))));
    return unreadable;
  };

  const next = async (stamp: () => string): Promise<Segment | undefined> => {
    const [left] = await filesOf(folder, stampedEnding);
    const unreadable = left === undefined ? await stampOldest(stamp) : 0;
    const [name] = left === undefined ? await filesOf(folder, stampedEnding) : [left];
    if (name === undefined) return undefined;
    const path = join(folder, name);
    // A crash between the rename and the removal of the source leaves both files. The stamped one is used.
    await rm(path.replace(stampedEnding, waitingEnding), { force: true });
    const { rows } = await readLines(path, stampedHitSchema);
    return { hits: rows, unreadable, remove: () => rm(path, { force: true }) };
  };

  return {
    append: (hit) => commits.add(hit),
    next: (stamp) => inTurn(() => next(stamp)),
    saveRejected: (hit) => appendSynced(join(folder, 'rejected.ndjson'), jsonLines([hit])),
    close: () => inTurn(current.end),
  };
}

/** Whether the folder exists. */
export async function isWritable(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    // The folder was removed or unmounted.
    return false;
  }
}
