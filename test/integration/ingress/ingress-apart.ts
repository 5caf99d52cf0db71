/** An ingress in a process of its own, so that its memory and CPU can be measured. The forked process opens it and answers for it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { BareLineEndings } from '@waybill/relay/account';
import { type Ingress, startIngress } from './start-ingress.ts';

export type Memory = {
  /** Of the process as the system sees it. */
  readonly rss: number;
  /** Held after garbage was collected: what is not given back is still here. */
  readonly held: number;
  /** The largest RSS since the last reading. */
  readonly peak: number;
};

/** One reading of the process. */
export type Reading = Memory & {
  /**
   * The most CPU milliseconds that the event loop took between two looks at its timers, since the last reading. All clients wait
   * that long. It is CPU and not time, so a busy machine does not change it.
   */
  readonly longestTurnMs: number;
};

export type IngressApart = {
  readonly ports: Ingress['ports'];
  read(): Promise<Reading>;
  close(): Promise<void>;
};

export const MAX_MESSAGE_BYTES = 4_194_304;

const collectGarbage = (): void => (globalThis as { gc?: () => void }).gc?.();

function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What the child runs. */
async function serve(bareLineEndings: BareLineEndings, answer: (message: object) => void): Promise<void> {
  const many = 1_000_000;
  const throttle = { perAddress: many, perUser: many, perUserAndAddress: many };
  const ingress = await startIngress({ maxMessageBytes: MAX_MESSAGE_BYTES, throttle });
  const { accounts } = ingress.settings;
  accounts.splice(0, accounts.length, ...accounts.map((account) => ({ ...account, bareLineEndings })));
  let peak = 0;
  let longestTurnMs = 0;
  let turnBegan = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(turnBegan);
    longestTurnMs = Math.max(longestTurnMs, (user + system) / 1_000);
    peak = Math.max(peak, process.memoryUsage.rss());
    // The twin of the database keeps what it accepts; the real one keeps it elsewhere.
    ingress.messages.accepted.length = 0;
    ingress.jobs.enqueued.length = 0;
    ingress.logged.length = 0;
    turnBegan = process.threadCpuUsage();
  }, 20);
  process.on('message', () => {
    const since = { peak, longestTurnMs };
    peak = 0;
    longestTurnMs = 0;
    answer({ held: held(), rss: process.memoryUsage.rss(), ...since });
    // The garbage collection of the reading is no turn that a client made.
    turnBegan = process.threadCpuUsage();
  });
  process.on('disconnect', () => process.exit(0));
  answer({ ports: ingress.ports });
}

const answerOf = async <T>(child: ChildProcess): Promise<T> => ((await once(child, 'message')) as [T])[0];

/** Its accounts have bare line endings refused or repaired. */
export async function openIngressApart(bareLineEndings: BareLineEndings): Promise<IngressApart> {
  const child = fork(new URL(import.meta.url), [bareLineEndings], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  });
  const { ports } = await answerOf<Pick<IngressApart, 'ports'>>(child);
  return {
    ports,
    read() {
      child.send('read');
      return answerOf<Reading>(child);
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

if (import.meta.main) {
  const bareLineEndings = process.argv[2] === 'repair' ? 'repair' : 'refuse';
  await serve(bareLineEndings, (message) => void process.send?.(message));
}
