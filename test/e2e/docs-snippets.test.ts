/** Every example of `docs/` is run as it stands, against an installation as a newcomer starts it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openDev, type TestDev } from '../support/dev.ts';
import { docSnippets } from '../support/snippets.ts';

const run = promisify(execFile);
let dev: TestDev;
let folder: string;
before(async () => {
  dev = await openDev();
  folder = await mkdtemp(join(tmpdir(), 'waybill-docs-'));
});
after(async () => {
  await dev.stop();
  await rm(folder, { recursive: true });
});

/** What the guides tell their readers to set. */
const variables = (): Record<string, string> => ({
  WAYBILL: dev.file.api.url,
  KEY: dev.file.api.key,
  OPERATOR_KEY: dev.file.api.operatorKey,
  SMTP: `${dev.file.smtp.host}:${dev.file.smtp.port}`,
  LOGIN: `${dev.file.credential.username}:${dev.file.credential.password}`,
});

const hasCurl = async (): Promise<boolean> =>
  run('curl', ['--version']).then(
    () => true,
    () => false,
  );

const runnable = docSnippets().filter(({ language }) => language === 'sh');

test('the guides have examples, and every block that names a language is one', () => {
  assert.ok(runnable.length >= 10);
  // `test/integration/webhooks/snippets.test.ts` runs the programs of that document.
  const others = docSnippets().filter(
    ({ file, language }) => language !== 'sh' && language !== '' && file !== 'docs/webhooks.md',
  );
  assert.deepEqual(
    others.map(({ file, line }) => `${file}:${line}`),
    [],
  );
});

for (const { file, line, text } of runnable)
  test(`the example in ${file}:${line} works`, async (t) => {
    if (!(await hasCurl()))
      return t.skip('curl is not installed here; CI installs it from Debian’s packages');
    const env = { ...process.env, ...variables() };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', text], {
      cwd: folder,
      env,
      timeout: 60_000,
    }).catch((failed: Error & { stdout: string; stderr: string }) =>
      assert.fail(`${failed.stderr}\n${failed.stdout}`),
    );
    assert.ok(!/"status":\s*[45]\d\d/.test(stdout), stdout);
  });
