/** Runs test files with Node's own runner, in the root of the project. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

export type Part = {
  readonly name: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly env?: Readonly<Record<string, string>>;
};

export const filesOf = (...patterns: readonly string[]): readonly string[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }))
    .toSorted();

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export async function runPart({ name, files, concurrency, env = {} }: Part): Promise<void> {
  say(`\n── ${name}: ${files.length} files`);
  if (files.length === 0) throw new Error(`${name}: no test files found`);
  const startedAt = Date.now();
  const child = spawn(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-timeout=300000',
      '--test-reporter=spec',
      ...files.map((file) => join(root, file)),
    ],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = await once(child, 'exit');
  say(`── ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  if (code !== 0) throw new Error(`${name} failed`);
}
