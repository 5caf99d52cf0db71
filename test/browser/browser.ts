/** A Chromium from an npm package, so that a machine needs nothing installed. Every test file shares one. */
import assert from 'node:assert/strict';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium as launcher, type Page } from 'playwright-core';

/** Arguments of the package that are for a function in a cloud, or that would weaken what the tests look at. */
const unwanted =
  /single-process|no-zygote|web-security|insecure-content|site-isolation|IsolateOrigins|in-process-gpu/;

export async function openBrowser(): Promise<Browser> {
  return launcher.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => !unwanted.test(argument)),
  });
}

/** The two looks that `npm test` takes each page in. */
export const wideLight: BrowserContextOptions = {
  viewport: { width: 1280, height: 860 },
  colorScheme: 'light',
};
export const narrowDark: BrowserContextOptions = {
  viewport: { width: 375, height: 780 },
  colorScheme: 'dark',
};

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Runs in the page. The mail in a frame is of others and runs no script, so frames are left out. */
const run = `axe.run(document, { iframes: false, runOnly: ${JSON.stringify(tags)} })`;

/** Fails with every violation of WCAG 2.2 AA on the page, each with the elements. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(run)) as axe.AxeResults;
  const shown = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
  );
  assert.deepEqual(shown, [], page.url());
}

/** Fails when the page is wider than the window. */
export async function assertFitsWindow(page: Page): Promise<void> {
  const excess = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.ok(Number(excess) <= 0, `${page.url()} scrolls sideways`);
}
