import { appendFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export type LineFile = {
  readonly write: (line: string) => void;
  /** Resolves when what was written so far is in the file, or lost. */
  readonly written: () => Promise<void>;
};

/** Lines that cannot be written are lost: a full disk must not end what it logs. */
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

/** Saves at each call and tells so; a disk that is full for now is asked again until it is not. */
export function keepFile(save: () => Promise<void>, told: (line: string) => void): (line: string) => void {
  let last = Promise.resolve();
  const persist = (): Promise<void> =>
    save().catch(() => wait(AGAIN_MS, undefined, { ref: false }).then(persist));
  return (line) => {
    last = last.then(persist).then(() => told(line));
  };
}
