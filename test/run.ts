/**
 * Everything a fresh machine can run, cheapest first: pure tests, the fence, real PostgreSQL (and Redis where it is
 * installed), the whole product end to end, then its processes killed under load. Stops at the first part that fails.
 * At the end every documented refusal must have been the answer to some test.
 */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireRefusalsReached } from './refusals-reached.ts';
import { filesOf, root, runBeside, runPart, say } from './run-part.ts';
import { startTestServer } from './support/database.ts';
import { freePortOffset, startTestDev, type TestDev } from './support/dev.ts';
import { makeOpenFolder } from './support/open-folder.ts';
import { REFUSALS_FOLDER } from './support/refusals-met.ts';

/** Scenarios of one installation, those that start their own, and the browser with a third one wait for much the same time. */
async function runEndToEnd(): Promise<void> {
  const scenarios = filesOf('test/e2e/**/*.test.ts');
  const sharesInstallation = (file: string): boolean =>
    readFileSync(join(root, file), 'utf8').includes('openDev(');
  const started: TestDev[] = [];
  const start = async (): Promise<Readonly<Record<string, string>>> => {
    const dev = await startTestDev({ portOffset: await freePortOffset() });
    started.push(dev);
    return { WAYBILL_TEST_DEV: dev.folder };
  };
  try {
    const [shared, ofBrowser] = [await start(), await start()];
    await runBeside(
      {
        name: 'end to end',
        files: scenarios.filter(sharesInstallation),
        concurrency: 1,
        env: shared,
      },
      {
        name: 'end to end, installations of their own',
        files: scenarios.filter((file) => !sharesInstallation(file)),
        concurrency: 1,
      },
      {
        name: 'browser',
        files: filesOf('test/browser/**/*.test.ts'),
        concurrency: 1,
        env: ofBrowser,
      },
    );
  } finally {
    await Promise.all(started.map((dev) => dev.stop()));
  }
}

/** These wait for the database half of the time, and the few that measure time have wide bounds. */
const waitsForDatabase = (file: string): boolean => /^test\/integration\/(api|postgres)\//.test(file);

async function runParts(): Promise<void> {
  await runPart({
    name: 'unit',
    files: filesOf('packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'),
    concurrency: 2,
  });
  await runPart({ name: 'hostile input', files: filesOf('test/hostile-input/*.test.ts'), concurrency: 2 });
  await runPart({ name: 'fence', files: filesOf('test/fence/*.test.ts'), concurrency: 1 });
  const server = await startTestServer();
  try {
    const env = { TEST_DATABASE_URL: server.url };
    const integration = filesOf(
      'test/integration/**/*.test.ts',
      'test/load/**/*.test.ts',
      'test/image/compose.test.ts',
    );
    await runPart({
      name: 'integration: API and database',
      files: integration.filter(waitsForDatabase),
      concurrency: 3,
      env,
    });
    await runPart({
      name: 'integration: mail and queues',
      files: integration.filter((file) => !waitsForDatabase(file)),
      concurrency: 2,
      env,
    });
  } finally {
    await server.close();
  }
  await runEndToEnd();
  // Two at a time: a third one slows the starts of killed processes beyond what the tests allow on two cores.
  await runPart({ name: 'chaos, short', files: filesOf('test/chaos/*.test.ts'), concurrency: 2 });
}

async function main(): Promise<void> {
  const folder = await makeOpenFolder('refusals');
  process.env[REFUSALS_FOLDER] = folder;
  try {
    await runParts();
    await requireRefusalsReached(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
