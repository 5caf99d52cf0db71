/** What the overview asks of the API while it loads. */
import type { Page, Request } from 'playwright-core';
import type { Person } from './session.ts';

/** Asked by the frame around every page, and by none of its parts. */
const ofTheShell = ['/v1/session', '/v1/account'];
/** One stream for all parts of a page, which stays open. */
const STREAM = '/v1/events/stream';
const QUIET_MS = 1_500;

const pathOf = (request: Request): string => new URL(request.url()).pathname;

async function untilQuiet(page: Page, requests: readonly Request[]): Promise<void> {
  let count = -1;
  while (count < requests.length) {
    count = requests.length;
    await page.waitForTimeout(QUIET_MS);
  }
}

/** The path of each request of a panel, in the order of the first. */
export async function overviewRequests({ page, open }: Person): Promise<readonly string[]> {
  const requests: Request[] = [];
  const note = (request: Request): void => {
    if (pathOf(request).startsWith('/v1/')) requests.push(request);
  };
  await page.waitForTimeout(QUIET_MS);
  page.on('request', note);
  await open('/');
  await untilQuiet(page, requests);
  page.off('request', note);
  return requests.map(pathOf).filter((path) => path !== STREAM && !ofTheShell.includes(path));
}

/** One for each: alarm of the balance; what needs attention; balance line, rates and outcomes; providers; newest messages. */
export const overviewPanels = [
  '/v1/stats/balance',
  '/v1/stats/attention',
  '/v1/stats',
  '/v1/stats/providers',
  '/v1/messages',
] as const;
