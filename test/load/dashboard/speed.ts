/** How soon Overview shows its largest part, and how long a page takes to draw what a person did. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { wideLight } from '../../browser/browser.ts';
import { logIn, openTab } from '../../browser/session.ts';
import { spreadOf } from '../percentile.ts';
import type { Figure } from './budget.ts';

const ROUNDS = 5;
const SETTLE_MS = 1_000;

/** Runs before the scripts of a page. https://w3c.github.io/event-timing/ counts from 16 ms. */
const observe = `
  window.speed = { lcp: 0, interactions: [] };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) window.speed.lcp = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) window.speed.interactions.push(duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

type Observed = { readonly lcp: number; readonly interactions: readonly number[] };
const observed = (page: Page): Promise<Observed> => page.evaluate('window.speed') as Promise<Observed>;

type Step = readonly [name: string, act: (page: Page) => Promise<void>];

const follow = (name: string): Step => [
  `open ${name}`,
  (page) => page.getByRole('link', { name, exact: true }).first().click(),
];
const press = (key: string): Step => [`press ${key}`, (page) => page.keyboard.press(key)];

/** What a person does most: open a page, type a filter, open the menu of a list, the palette. */
const steps: readonly Step[] = [
  follow('Messages'),
  follow('Domains'),
  follow('Statistics'),
  follow('Messages'),
  ['open the menu', (page) => page.getByRole('button', { name: 'Export' }).click()],
  press('Escape'),
  [
    'type a search',
    (page) => page.getByLabel('Subject, id, Message-ID or custom id').pressSequentially('order'),
  ],
  press('Enter'),
  press('Control+k'),
  ['type in the palette', (page) => page.getByRole('combobox').pressSequentially('audit')],
  press('Escape'),
];

type Interaction = { readonly name: string; readonly ms: number };

/** The events of a step are known a little after it. */
async function interact(page: Page): Promise<readonly Interaction[]> {
  const all: Interaction[] = [];
  for (const [name, act] of steps) {
    const before = (await observed(page)).interactions.length;
    await act(page);
    await page.waitForTimeout(SETTLE_MS / 2);
    const { interactions } = await observed(page);
    all.push(...interactions.slice(before).map((ms) => ({ name, ms })));
  }
  return all;
}

type Round = { readonly lcp: number; readonly interactions: readonly Interaction[] };

/** `look` has the cookies of a login, and nothing is cached. */
async function round(browser: Browser, url: string, look: BrowserContextOptions): Promise<Round> {
  const { page, open, context } = await openTab(browser, url, look);
  await page.addInitScript(observe);
  await open('/');
  await page.waitForTimeout(SETTLE_MS);
  const { lcp } = await observed(page);
  const interactions = await interact(page);
  await context.close();
  return { lcp, interactions };
}

const slowest = (interactions: readonly Interaction[]): string => {
  const [most] = interactions.toSorted((one, other) => other.ms - one.ms);
  return most === undefined ? 'no interaction' : `the slowest, ${most.ms} ms: ${most.name}`;
};

export async function measureSpeed(browser: Browser, file: DevFile): Promise<readonly Figure[]> {
  const rounds: Round[] = [];
  const { context } = await logIn(browser, file, wideLight);
  const look = { ...wideLight, storageState: await context.storageState() };
  await context.close();
  for (let count = 0; count < ROUNDS; count++) rounds.push(await round(browser, file.dashboard.url, look));
  const interactions = rounds.flatMap((one) => one.interactions);
  return [
    {
      name: 'LCP of Overview, median',
      value: spreadOf(rounds.map(({ lcp }) => lcp)).p50,
      budget: 1_000,
      unit: 'ms',
    },
    {
      name: 'Interaction to next paint, p95',
      value: spreadOf(interactions.map(({ ms }) => ms)).p95,
      budget: 100,
      unit: 'ms',
      detail: slowest(interactions),
    },
  ];
}
