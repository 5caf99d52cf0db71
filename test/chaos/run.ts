/** The long forms of every fault, one file after the other: `npm run chaos`. Takes about an hour. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

const files = globSync('*.test.ts', { cwd: import.meta.dirname }).toSorted();
const child = spawn(
  process.execPath,
  [
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...files.map((file) => resolve(import.meta.dirname, file)),
  ],
  { env: { ...process.env, WAYBILL_CHAOS: 'long' }, stdio: 'inherit' },
);
const [code] = await once(child, 'exit');
process.exitCode = code === 0 ? 0 : 1;
