/** What takes longer than `npm test` may: the image built without Docker. `npm run test:long`, also in CI. */
import { filesOf, runPart, say } from './run-part.ts';

await runPart({ name: 'image', files: filesOf('test/image/image.test.ts'), concurrency: 1 }).catch(
  (error: unknown) => {
    say(String(error));
    process.exitCode = 1;
  },
);
