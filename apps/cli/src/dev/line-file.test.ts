import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { keepFile, openLineFile } from './line-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'waybill-line-file-'));
after(() => rm(folder, { recursive: true }));

test('lines are in the file in their order', async () => {
  const file = openLineFile(join(folder, 'a.log'));
  for (const line of ['one', 'two', 'three']) file.write(line);
  await file.written();
  assert.equal(await readFile(join(folder, 'a.log'), 'utf8'), 'one\ntwo\nthree\n');
});

test('a line that cannot be written is lost, and later lines are written', async () => {
  const file = openLineFile(join(folder, 'not-there', 'a.log'));
  file.write('lost');
  await file.written();
});

test('a file that could not be saved is saved later, and reported then', async () => {
  const reported: string[] = [];
  let failures = 1;
  const keep = keepFile(
    async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('no space');
    },
    (line) => reported.push(line),
  );
  keep('sender was started again');
  await wait(200);
  assert.deepEqual(reported, []);
  await wait(1_100);
  assert.deepEqual(reported, ['sender was started again']);
});
