import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { rotateLogs } from './rotate-logs.ts';

const folder = await mkdtemp(join(tmpdir(), 'waybill-rotate-'));
after(() => rm(folder, { recursive: true }));
const path = join(folder, 'api.log');

test('a log file over the limit is copied to .1 and emptied, small ones and other files stay', async () => {
  await writeFile(path, 'x'.repeat(101));
  await writeFile(join(folder, 'worker.log'), 'y'.repeat(100));
  await writeFile(join(folder, 'other.txt'), 'z'.repeat(500));
  await rotateLogs(folder, 100);
  assert.deepEqual((await readdir(folder)).toSorted(), ['api.log', 'api.log.1', 'other.txt', 'worker.log']);
  assert.equal(await readFile(path, 'utf8'), '');
  assert.equal((await readFile(`${path}.1`, 'utf8')).length, 101);
  await writeFile(path, 'w'.repeat(200));
  await rotateLogs(folder, 100);
  assert.equal(await readFile(`${path}.1`, 'utf8'), 'w'.repeat(200));
  assert.equal((await readdir(folder)).length, 4);
});

test('a process with an open log continues at the start of the emptied file', async () => {
  const log = openSync(path, 'a');
  const script = "process.stdin.on('data', (text) => process.stdout.write(text))";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', log, 'inherit'] });
  closeSync(log);
  const written = async (text: string): Promise<void> => {
    child.stdin?.write(text);
    while (!(await readFile(path, 'utf8')).includes(text)) await new Promise((go) => setTimeout(go, 20));
  };
  await written('a'.repeat(150));
  await rotateLogs(folder, 100);
  await written('after');
  child.stdin?.end();
  await once(child, 'exit');
  assert.equal(await readFile(path, 'utf8'), 'after');
});
