/** Every page filled, empty and failing, light and dark, wide and narrow: readable by everyone and inside its window. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { assertAccessible, assertFitsWindow, openBrowser } from '../browser/browser.ts';
import { fillPages, operatorPages, plainPages } from '../browser/pages.ts';
import { logIn, type Person } from '../browser/session.ts';
import { operator } from '../support/black-box.ts';
import { freePortOffset, startTestDev, type TestDev } from '../support/dev.ts';

let dev: TestDev;
let browser: Browser;
let filled: readonly string[];
/** An account without mail. */
let empty: string;

before(async () => {
  [dev, browser] = await Promise.all([startTestDev({ portOffset: await freePortOffset() }), openBrowser()]);
  filled = [...plainPages, ...(await fillPages(dev.file)), '/you', ...operatorPages];
  empty = (await operator(dev.file).post('/v1/admin/accounts', { name: 'Empty' })).id;
});
after(async () => {
  await browser.close();
  await dev.stop();
});

const looks = [1280, 375].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme): [string, BrowserContextOptions] => [
    `${width} px, ${colorScheme}`,
    { viewport: { width, height: 860 }, colorScheme },
  ]),
);

async function look({ page, open }: Person, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await open(path);
    await assertAccessible(page);
    await assertFitsWindow(page);
  }
}

async function withPerson(options: BrowserContextOptions, run: (person: Person) => Promise<void>) {
  const person = await logIn(browser, dev.file, options);
  const faults: string[] = [];
  person.page.on('pageerror', (error) => faults.push(String(error)));
  await run(person);
  assert.deepEqual(faults, []);
  await person.context.close();
}

/** The operator looks at the empty account from inside. */
const actInside = async ({ page }: Person): Promise<void> => {
  const body = JSON.stringify({ account_id: empty, reason: 'test' });
  const headers = { 'content-type': 'application/json' };
  const status = await page.evaluate(
    `fetch('/v1/session/acting', ${JSON.stringify({ method: 'POST', headers, body })}).then((answer) => answer.status)`,
  );
  assert.equal(status, 200);
};

const inAccount = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}account=${empty}`;

/** What the API answers while PostgreSQL is away. */
const failing = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: 'https://example.com/problems/temporarily_unavailable',
    title: 'Temporarily unavailable',
    status: 503,
    code: 'temporarily_unavailable',
    fix: 'Try again later.',
    request_id: 'req_06h2f4zsc1y8530mw05j2xwqrr',
  }),
};

for (const [name, options] of looks) {
  test(`filled pages, ${name}`, () => withPerson(options, (person) => look(person, filled)));

  test(`empty pages, ${name}`, () =>
    withPerson(options, async (person) => {
      await actInside(person);
      await look(person, plainPages.map(inAccount));
    }));

  test(`failing pages, ${name}`, () =>
    withPerson(options, async (person) => {
      await person.page.route(/\/v1\/(?!session)/, (route) => route.fulfill(failing));
      await look(person, [...plainPages, ...operatorPages]);
    }));
}
