/** Runs test files with Node's own runner, in the root of the project. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Compiled modules of the test processes and of the processes that they start, which number hundreds and load the same files. */
const compileCache = join(root, 'node_modules/.cache/compiled');

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

async function run({ name, files, concurrency, env = {} }: Part, output: 'inherit' | 'pipe'): Promise<void> {
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
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...env },
      stdio: ['ignore', output, output],
    },
  );
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  const [code] = await once(child, 'close');
  process.stdout.write(Buffer.concat(printed));
  say(`── ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  if (code !== 0) throw new Error(`${name} failed`);
}

export const runPart = (part: Part): Promise<void> => run(part, 'inherit');

/** Runs parts that mostly wait at the same time. Each prints its output when it has ended. */
export async function runBeside(...parts: readonly Part[]): Promise<void> {
  const ends = await Promise.allSettled(parts.map((part) => run(part, 'pipe')));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
