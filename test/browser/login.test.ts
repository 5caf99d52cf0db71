/** The login page as a person sees it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openDev, type TestDev } from '../support/dev.ts';
import { assertAccessible, assertFitsWindow, narrowDark, openBrowser, wideLight } from './browser.ts';

let dev: TestDev;
let browser: Browser;

before(async () => {
  [dev, browser] = await Promise.all([openDev(), openBrowser()]);
});
after(async () => {
  await browser.close();
  await dev.stop();
});

for (const [name, look] of Object.entries({ wideLight, narrowDark }))
  test(`the login page can be read by everyone, ${name}`, async () => {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    await page.goto(`${dev.file.api.url}/app/login`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await assertAccessible(page);
    await assertFitsWindow(page);
    await context.close();
  });

test('no request of the dashboard leaves its origin', async () => {
  const context = await browser.newContext(wideLight);
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${dev.file.api.url}/app/login`, { waitUntil: 'networkidle' });
  assert.deepEqual([...new Set(asked)], [new URL(dev.file.api.url).origin]);
  await context.close();
});
