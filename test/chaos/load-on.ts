import type { TestContext } from 'node:test';
import { type Installation, until } from './installation.ts';
import type { Reckoning } from './kept.ts';
import { type Load, type LoadOptions, startLoad } from './load.ts';
import { assertKept } from './reckoning.ts';
import { scale } from './scale.ts';

export type Faulty<T> = {
  readonly name: string;
  readonly fault: (load: Load) => Promise<T>;
  readonly load?: Partial<LoadOptions>;
  readonly also?: (result: Reckoning) => void;
};

/** What counts is that enough mail went through, whatever the machine makes of the rate. docs/reliability.md §1 */
async function untilEnough(load: Load): Promise<void> {
  let isOver = false;
  void load.ended.then(() => {
    isOver = true;
  });
  await until({
    what: `${scale.leastAccepted} messages were accepted`,
    seconds: 120,
    look: async () => isOver || load.book.accepted.size >= scale.leastAccepted,
    explain: async () => `only ${load.book.accepted.size}`,
  });
}

/**
 * The base load goes on, on the port that a client on this machine uses, while the fault does its work. It ends whatever
 * becomes of the fault: the next one must not inherit it.
 */
export async function underLoad<T>(t: TestContext, installation: Installation, faulty: Faulty<T>) {
  const { name, fault, also } = faulty;
  const load = startLoad({
    name,
    port: installation.dev.file.smtp.port,
    senders: installation.senders,
    perClientPerSecond: scale.perClientPerSecond,
    ...faulty.load,
  });
  try {
    const result = await fault(load);
    if (faulty.load === undefined) await untilEnough(load);
    await assertKept(t, installation, { load, name, ...(also ? { also } : {}) });
    return { book: load.book, result };
  } finally {
    await load.stop();
  }
}
