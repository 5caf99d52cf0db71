/**
 * Everything a fresh machine can run, cheapest first: pure tests, the fence, real PostgreSQL (and Redis where it is
 * installed), the whole product end to end, then its processes killed under load. Stops at the first part that fails.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startTestServer } from './support/database.ts';
import { freePortOffset, startTestDev } from './support/dev.ts';

const root = resolve(import.meta.dirname, '..');

type Part = {
  readonly name: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly env?: Readonly<Record<string, string>>;
};

const filesOf = (...patterns: readonly string[]): readonly string[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }))
    .toSorted();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function runPart({ name, files, concurrency, env = {} }: Part): Promise<void> {
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

async function main(): Promise<void> {
  await runPart({
    name: 'unit',
    files: filesOf('packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'),
    concurrency: 2,
  });
  await runPart({ name: 'fence', files: filesOf('test/fence/*.test.ts'), concurrency: 1 });
  const server = await startTestServer();
  try {
    const env = { TEST_DATABASE_URL: server.url };
    await runPart({
      name: 'integration',
      files: filesOf('test/integration/**/*.test.ts', 'test/load/*.test.ts'),
      concurrency: 2,
      env,
    });
  } finally {
    await server.close();
  }
  const dev = await startTestDev({ portOffset: await freePortOffset() });
  try {
    await runPart({
      name: 'end to end',
      files: filesOf('test/e2e/**/*.test.ts'),
      concurrency: 1,
      env: { WAYBILL_TEST_DEV: dev.folder },
    });
  } finally {
    await dev.stop();
  }
  await runPart({ name: 'chaos, short', files: filesOf('test/chaos/*.test.ts'), concurrency: 3 });
}

await main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
