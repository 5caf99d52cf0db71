/** What the overview costs, and what it shows of the span before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overviewPanels, overviewRequests } from './overview-requests.ts';
import { openStage } from './stage.ts';

const stage = openStage();

test('each panel of the overview costs one request, and all but the newest messages read roll-ups', async () => {
  const requests = await overviewRequests(stage.person);
  assert.deepEqual(requests.toSorted(), [...overviewPanels].sort());
  const { page } = stage.person;
  await page.getByRole('region', { name: 'Rates' }).waitFor();
  await page
    .getByRole('table', { name: 'How fast and how well does each provider take your mail?' })
    .waitFor();
  await page.getByRole('table', { name: 'Newest messages' }).waitFor();
});
