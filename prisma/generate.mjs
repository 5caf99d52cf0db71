// Writes the Prisma client into packages/io/src/postgres/generated. Runs as `postinstall`, under whatever Node npm has.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join(root, 'packages/io/src/postgres/generated/client.ts');

/** Where the `prisma` package lies, or undefined: a production install prunes it. */
function prismaCli() {
  try {
    const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
    return join(dirname(manifest), 'build/index.js');
  } catch {
    return undefined;
  }
}

const cli = prismaCli();
if (cli === undefined) {
  const state = existsSync(generated)
    ? 'the client made before is kept'
    : 'no client was made: install with development packages first';
  process.stdout.write(`prisma is not installed; ${state}\n`);
  process.exit(0);
}

const { status } = spawnSync(
  process.execPath,
  [cli, 'generate', '--no-hints', '--schema', join(root, 'prisma/schema.prisma')],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      // `prisma generate` wants a schema engine from the network although it never runs it. Any executable that exists
      // contents it, and the one that runs this file does on every platform.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
process.exit(status ?? 1);
