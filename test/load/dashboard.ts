/** How fast the dashboard is in the test browser on loopback: `npm run bench:dashboard`. The budgets are those of ADR 46. */
import type { Browser, Page } from 'playwright-core';
import { openBrowser, wideLight } from '../browser/browser.ts';
import { logIn } from '../browser/session.ts';
import { sendDemoMail } from '../screenshots/demo-mail.ts';
import { freePortOffset, startTestDev, type TestDev } from '../support/dev.ts';
import { spreadOf } from './percentile.ts';

const LCP_MS = 1_000;
const NEXT_PAINT_MS = 100;
const ROUNDS = 5;
const SETTLE_MS = 1_000;

/** Runs before the scripts of a page. */
const observe = `
  window.speed = { lcp: 0, interactions: [] };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) window.speed.lcp = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) window.speed.interactions.push(duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

type Speed = { readonly lcp: number; readonly interactions: readonly number[] };
const speedOf = (page: Page): Promise<Speed> => page.evaluate('window.speed') as Promise<Speed>;

/** What a person does most: open a page, type a filter, open the menu of a list, the palette. */
async function interact(page: Page): Promise<void> {
  for (const name of ['Messages', 'Domains', 'Statistics', 'Messages'])
    await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.keyboard.press('Escape');
  await page.getByLabel('Subject, id, Message-ID or custom id').pressSequentially('order');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').pressSequentially('audit');
  await page.keyboard.press('Escape');
}

async function measure(browser: Browser, { file }: TestDev): Promise<Speed> {
  const { page, open, context } = await logIn(browser, file, wideLight);
  await page.addInitScript(observe);
  await open('/');
  await page.waitForTimeout(SETTLE_MS);
  const { lcp } = await speedOf(page);
  await interact(page);
  await page.waitForTimeout(SETTLE_MS);
  const { interactions } = await speedOf(page);
  await context.close();
  return { lcp, interactions };
}

function report(name: string, value: number, budget: number): void {
  const isOver = value > budget;
  process.stdout.write(
    `${name}: ${value.toFixed(0)} ms of ${budget} ms${isOver ? ', over the budget' : ''}\n`,
  );
  if (isOver) process.exitCode = 1;
}

const dev = await startTestDev({ portOffset: await freePortOffset() });
const browser = await openBrowser();
try {
  await sendDemoMail(dev.file);
  const rounds: Speed[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(browser, dev));
  report('LCP of Overview, median', spreadOf(rounds.map(({ lcp }) => lcp)).p50, LCP_MS);
  report(
    'Interaction to next paint, p95',
    spreadOf(rounds.flatMap(({ interactions }) => interactions)).p95,
    NEXT_PAINT_MS,
  );
} finally {
  await browser.close();
  await dev.stop();
}
