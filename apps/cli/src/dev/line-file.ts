import { appendFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export type LineFile = {
  readonly write: (line: string) => void;
  /** Resolves when all lines so far are in the file or lost. */
  readonly written: () => Promise<void>;
};

/** Appends lines to a file. A line that cannot be written is lost, because a full disk must not end the process. */
export function openLineFile(path: string): LineFile {
  let last = Promise.resolve();
  return {
    write(line) {
      last = last.then(() => appendFile(path, `${line}\n`)).catch(() => undefined);
    },
    written: () => last,
  };
}

const AGAIN_MS = 1_000;

/** Saves a file at each call and reports it afterwards. While the disk is full, saving is repeated. */
export function keepFile(save: () => Promise<void>, report: (line: string) => void): (line: string) => void {
  let last = Promise.resolve();
  const persist = (): Promise<void> =>
    save().catch(() => wait(AGAIN_MS, undefined, { ref: false }).then(persist));
  return (line) => {
    last = last.then(persist).then(() => report(line));
  };
}
