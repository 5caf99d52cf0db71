/** What takes longer than `npm test` may: the image built without Docker, many hostile requests, and every page in every state. `npm run test:long`, also in CI. */
import { filesOf, runPart, say } from './run-part.ts';

async function main(): Promise<void> {
  await runPart({ name: 'image', files: filesOf('test/image/image.test.ts'), concurrency: 1 });
  // The same requests each time, so that CI fails for a change alone. Another FUZZ_SEED tries others.
  const seed = process.env.FUZZ_SEED ?? '20261201';
  say(`\nFUZZ_SEED=${seed}`);
  await runPart({
    name: 'hostile requests, many',
    files: filesOf('test/integration/api/{openapi-fuzz,fuzz}.test.ts'),
    concurrency: 1,
    env: { FUZZ_ROUNDS: process.env.FUZZ_ROUNDS ?? '200', FUZZ_SEED: seed },
  });
  await runPart({
    name: 'every page in every state',
    files: filesOf('test/accessibility/*.test.ts'),
    concurrency: 1,
  });
}

await main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
