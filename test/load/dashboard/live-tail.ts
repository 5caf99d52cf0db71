/** What a dashboard with the live tail of Messages costs the API while mail comes at a fixed rate. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { wideLight } from '../../browser/browser.ts';
import { logIn } from '../../browser/session.ts';
import { generate } from '../generator/generate.ts';
import { cpuBetween, totalOf } from '../meter/proc-stat.ts';
import { openMeter } from '../meter/process-meter.ts';
import { ledgerMemory } from '../sink/ledger.ts';
import type { Figure } from './budget.ts';

const RATE = 100;
const SECONDS = 20;
/** Before the measuring: connections and caches are warm. */
const WARM_UP_SECONDS = 3;
const SESSIONS = 10;
const SETTLE_MS = 3_000;

type Watched = { readonly percent: number; readonly perSecond: number };

/** Sends over SMTP, so that the API has no work but that of its watchers. */
async function sendWatched({ smtp, credential, account, processes }: DevFile): Promise<Watched> {
  const { api } = processes;
  if (api === undefined) throw new Error('the API has no process of its own');
  const count = RATE * (WARM_UP_SECONDS + SECONDS);
  const sending = generate(
    {
      memory: ledgerMemory(count),
      endpoint: { port: smtp.port, login: credential },
      domain: account.domain,
      kind: 'small',
      range: { first: 0, count },
      sessions: SESSIONS,
      ratePerSecond: RATE,
      isConnectionPerMessage: false,
      seconds: WARM_UP_SECONDS + SECONDS,
    },
    1,
  );
  await wait(WARM_UP_SECONDS * 1_000);
  const meter = openMeter([api]);
  const before = meter.cpu();
  const startedAt = performance.now();
  const sent = await sending;
  const seconds = (performance.now() - startedAt) / 1_000;
  if (sent.trouble !== undefined) throw new Error(`mail was refused: ${sent.trouble}`);
  const used = totalOf(cpuBetween(before, meter.cpu()));
  return {
    percent: (used / seconds) * 100,
    perSecond: (sent.offered * 1_000) / (WARM_UP_SECONDS * 1_000 + seconds * 1_000),
  };
}

/** `file` is of an installation in which the API has a process of its own. */
export async function measureLiveTail(browser: Browser, file: DevFile): Promise<readonly Figure[]> {
  const closed = await sendWatched(file);
  await wait(SETTLE_MS);
  const { page, open, context } = await logIn(browser, file, wideLight);
  await open('/messages');
  await page.getByRole('button', { name: 'Live' }).waitFor();
  await wait(SETTLE_MS);
  const newest = page.locator('[data-row-link]').first();
  const before = await newest.getAttribute('href');
  const opened = await sendWatched(file);
  await wait(SETTLE_MS);
  if ((await newest.getAttribute('href')) === before) throw new Error('the live tail showed no new message');
  await context.close();
  return [
    {
      name: `API with the live tail open, ${Math.round(opened.perSecond)} messages/s`,
      value: opened.percent - closed.percent,
      budget: 5,
      unit: '% of a core',
      detail: `${opened.percent.toFixed(1)} with it, ${closed.percent.toFixed(1)} without`,
    },
  ];
}
