/** A person who is logged in, with the pages of the dashboard. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';

const PATIENCE_MS = 10_000;

export type Person = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Opens a page by its path below `/app`, and waits until nothing is loading. */
  open(path: string): Promise<void>;
};

/** A tab with cookies of its own, in which no user is logged in. `base`: the URL of the dashboard. */
export async function openTab(browser: Browser, base: string, look: BrowserContextOptions): Promise<Person> {
  const context = await browser.newContext(look);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const open = async (path: string): Promise<void> => {
    await page.goto(new URL(path.slice(1), base).href);
    await page.locator('main h1').waitFor();
    await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
  };
  return { context, page, open };
}

/** Logs in as the user of `dev.json`, by address and password. */
export async function logIn(
  browser: Browser,
  { dashboard }: Pick<DevFile, 'dashboard'>,
  look: BrowserContextOptions,
): Promise<Person> {
  const person = await openTab(browser, dashboard.url, look);
  const { page } = person;
  await page.goto(dashboard.url);
  await page.getByLabel('E-mail address').fill(dashboard.email);
  await page.getByLabel(/^Password/).fill(dashboard.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('#main h1').waitFor();
  return person;
}
