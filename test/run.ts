/**
 * Everything a fresh machine can run, cheapest first: pure tests, the fence, real PostgreSQL (and Redis where it is
 * installed), the whole product end to end, then its processes killed under load. Stops at the first part that fails.
 * At the end every documented refusal must have been the answer to some test.
 */
import { rm } from 'node:fs/promises';
import { requireRefusalsReached } from './refusals-reached.ts';
import { filesOf, runPart, say } from './run-part.ts';
import { startTestServer } from './support/database.ts';
import { freePortOffset, startTestDev } from './support/dev.ts';
import { makeOpenFolder } from './support/open-folder.ts';
import { REFUSALS_FOLDER } from './support/refusals-met.ts';

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
    await runPart({
      name: 'integration',
      files: filesOf('test/integration/**/*.test.ts', 'test/load/**/*.test.ts', 'test/image/compose.test.ts'),
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
    await runPart({
      name: 'browser',
      files: filesOf('test/browser/**/*.test.ts'),
      concurrency: 1,
      env: { WAYBILL_TEST_DEV: dev.folder },
    });
  } finally {
    await dev.stop();
  }
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
