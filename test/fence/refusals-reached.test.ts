/** The check at the end of `npm test` finds a documented refusal that no test was answered. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusals } from '@waybill/relay/refusal-table';
import { requireRefusalsReached } from '../refusals-reached.ts';
import { makeOpenFolder } from '../support/open-folder.ts';

test('a refusal that no test was answered is named, and a refusal of the API counts over HTTP only', async (context) => {
  const folder = await makeOpenFolder('refusals');
  context.after(() => rm(folder, { recursive: true }));
  const all = Object.keys(refusals).flatMap((code) => [`smtp ${code}`, `http ${code}`]);
  const note = (lines: readonly string[]) => writeFile(join(folder, '1'), `${lines.join('\n')}\n`);
  await note(all);
  await requireRefusalsReached(folder);
  await note(all.filter((line) => line !== 'http not_found' && !line.endsWith(' relay_denied')));
  await assert.rejects(requireRefusalsReached(folder), {
    message: 'No test was answered:\n  relay_denied\n  not_found over HTTP',
  });
});
