/** Every page, filled, in the two looks: readable by everyone, inside its window, without an error. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openDev, type TestDev } from '../support/dev.ts';
import { assertAccessible, assertFitsWindow, narrowDark, openBrowser, wideLight } from './browser.ts';
import { fillPages, operatorPages, plainPages } from './pages.ts';
import { logIn, type Person } from './session.ts';

let dev: TestDev;
let browser: Browser;
let paths: readonly string[];

before(async () => {
  [dev, browser] = await Promise.all([openDev(), openBrowser()]);
  paths = [...plainPages, ...(await fillPages(dev.file)), '/you', ...operatorPages];
});
after(async () => {
  await browser.close();
  await dev.stop();
});

async function walk({ page, open, context }: Person): Promise<void> {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  for (const path of paths) {
    await open(path);
    assert.equal(await page.getByRole('alert').count(), 0, `${path} shows an error`);
    await assertAccessible(page);
    await assertFitsWindow(page);
  }
  assert.deepEqual(faults, []);
  await context.close();
}

for (const [name, look] of Object.entries({ wideLight, narrowDark }))
  test(`every page can be read by everyone, ${name}`, { timeout: 240_000 }, async () =>
    walk(await logIn(browser, dev.file, look)),
  );
