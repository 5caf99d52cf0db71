/** The budgets of the dashboard, in the test browser on loopback: `npm run bench:dashboard`. docs/performance.md §6. */
import { parseArgs } from 'node:util';
import { openBrowser } from '../browser/browser.ts';
import { sendDemoMail } from '../screenshots/demo-mail.ts';
import { freePortOffset, startTestDev } from '../support/dev.ts';
import { STORED } from './api/api-bench.ts';
import { type Figure, isKept, lineOf } from './dashboard/budget.ts';
import { measureLiveTail } from './dashboard/live-tail.ts';
import { measureLongList } from './dashboard/long-list.ts';
import { countRequests } from './dashboard/overview.ts';
import { measureSpeed } from './dashboard/speed.ts';

const parts = ['speed', 'requests', 'live', 'list'] as const;
type Part = (typeof parts)[number];

const usage = `npm run bench:dashboard -- [options]
  --only PART[,PART]  ${parts.join(', ')} (all)
  --stored N          messages that the list is scrolled over (${STORED})`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function optionsOf(args: readonly string[]): { readonly only: readonly Part[]; readonly stored: number } {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, stored: { type: 'string' } },
  });
  const asked = values.only?.split(',') ?? parts;
  const only = parts.filter((part) => asked.includes(part));
  const stored = Number(values.stored ?? STORED);
  if (only.length !== asked.length || !Number.isInteger(stored) || stored < 1) throw new Error(usage);
  return { only, stored };
}

const { only, stored } = optionsOf(process.argv.slice(2));
// The API has a process of its own, so that its CPU can be read.
const dev = await startTestDev({ portOffset: await freePortOffset(), args: ['--apart'] });
const browser = await openBrowser();
const measures: Readonly<Record<Part, () => Promise<readonly Figure[]>>> = {
  speed: () => measureSpeed(browser, dev.file),
  requests: () => countRequests(browser, dev.file),
  live: () => measureLiveTail(browser, dev.file),
  list: () => measureLongList(browser, dev, { stored, print }),
};
try {
  await sendDemoMail(dev.file);
  for (const part of only) {
    for (const figure of await measures[part]()) {
      print(lineOf(figure));
      if (!isKept(figure)) process.exitCode = 1;
    }
  }
} finally {
  await browser.close();
  await dev.stop();
}
