/** What the overview costs, and what it shows of the span before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAccount } from '../support/black-box.ts';
import { eventually } from '../support/eventually.ts';
import { overviewPanels, overviewRequests } from './overview-requests.ts';
import { openStage } from './stage.ts';

const stage = openStage();

/** What happened just before may still come to an open page. */
const STILL_MS = 5_000;

/** New events make the list of messages be read again, and it shall be read once here. */
async function untilNoMailMoves(): Promise<void> {
  const api = firstAccount(stage.file);
  const isStill = async (): Promise<boolean> => {
    const since = new Date(Date.now() - STILL_MS).toISOString();
    const lists = await Promise.all([
      ...['queued', 'deferred'].map((status) => api.get(`/v1/messages?limit=1&status=${status}`)),
      api.get(`/v1/events?limit=1&since=${since}`),
    ]);
    return lists.every(({ data }) => data.length === 0);
  };
  await eventually(() => 'no mail moves', isStill, 30);
}

test('each panel of the overview costs one request, and all but the newest messages read roll-ups', async () => {
  await untilNoMailMoves();
  const requests = await overviewRequests(stage.person);
  assert.deepEqual(requests.toSorted(), [...overviewPanels].sort());
  const { page } = stage.person;
  await page.getByRole('region', { name: 'Rates' }).waitFor();
  await page
    .getByRole('table', { name: 'How fast and how well does each provider take your mail?' })
    .waitFor();
  await page.getByRole('table', { name: 'Newest messages' }).waitFor();
});
