/** How long the page is busy, and how much it holds, while a person scrolls through many pages of a list. */
import type { Browser } from 'playwright-core';
import { wideLight } from '../../browser/browser.ts';
import { scrollThrough } from '../../browser/scroll.ts';
import { logIn } from '../../browser/session.ts';
import { databaseUrlOf, type TestDev } from '../../support/dev.ts';
import { whole } from '../report/table.ts';
import { openStored } from '../stored/fill-stored.ts';
import type { Figure } from './budget.ts';

const PAGES = 50;
const PAGE = 50;
const SETTLE_MS = 1_000;

/** Messages with their deliveries: a list reads nothing else. */
async function fill(dev: TestDev, stored: number): Promise<void> {
  const filling = await openStored(await databaseUrlOf(dev), dev.file.account.id);
  try {
    await filling.fillBareTo(stored);
  } finally {
    await filling.close();
  }
}

/** Microseconds: from begin to end, and on a CPU. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
};
type Task = { readonly ms: number; readonly cpuMs: number };

const placeOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;

/** The tasks of the thread that draws the page, the longest first. */
function tasksIn(trace: Buffer): readonly Task[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threads = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(placeOf);
  return traceEvents
    .filter((event) => event.name === 'RunTask' && threads.includes(placeOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1_000, cpuMs: tdur / 1_000 }))
    .toSorted((one, other) => other.ms - one.ms);
}

export type LongListOptions = { readonly stored: number; readonly print: (line: string) => void };

export async function measureLongList(
  browser: Browser,
  dev: TestDev,
  { stored, print }: LongListOptions,
): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  await fill(dev, stored);
  print(`filled to ${whole(stored)} messages in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const { page, open, context } = await logIn(browser, dev.file, wideLight);
  await open('/messages');
  await page.waitForTimeout(SETTLE_MS);
  await browser.startTracing(page, {
    categories: ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  const { mostRows } = await scrollThrough(page, PAGES * PAGE);
  const [longest = { ms: Number.NaN, cpuMs: Number.NaN }, ...others] = tasksIn(await browser.stopTracing());
  await context.close();
  const work = `scrolling ${PAGES} pages of ${whole(stored)} messages`;
  const long = others.filter(({ ms }) => ms > 50).length + 1;
  return [
    {
      name: `Longest task, ${work}`,
      value: longest.ms,
      budget: 100,
      unit: 'ms',
      detail: `${longest.cpuMs.toFixed(0)} ms of it on a CPU; ${long} above 50 ms`,
    },
    { name: `Most rows in the document, ${work}`, value: mostRows, budget: 2 * PAGE, unit: 'rows' },
  ];
}
