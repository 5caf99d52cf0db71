/** How many requests Overview costs. */
import type { Browser } from 'playwright-core';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { wideLight } from '../../browser/browser.ts';
import { overviewPanels, overviewRequests } from '../../browser/overview-requests.ts';
import { logIn } from '../../browser/session.ts';
import type { Figure } from './budget.ts';

export async function countRequests(browser: Browser, file: DevFile): Promise<readonly Figure[]> {
  const person = await logIn(browser, file, wideLight);
  const requests = await overviewRequests(person);
  await person.context.close();
  return [
    {
      name: 'Requests of the panels of Overview',
      value: requests.length,
      budget: overviewPanels.length,
      unit: 'requests',
      detail: requests.join(', '),
    },
  ];
}
