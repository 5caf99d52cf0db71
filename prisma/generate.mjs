// Writes the Prisma client into packages/io/src/postgres/generated. Runs as `postinstall`, under whatever Node npm has.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
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

/**
 * The models that code reads and writes by the client; all other tables are read by SQL. A client holds a graph of every input that
 * its models take, relations included: all 53 models took 10 MiB more of a process than these.
 */
const clientModels = [
  'Account',
  'ApiKey',
  'FromAddress',
  'IpNetwork',
  'SenderDomain',
  'SmtpCredential',
  'Stream',
  'Suppression',
];

/** A schema with the models of the client alone, and without relations between them. */
function clientSchema(schema) {
  const models = new Set(Array.from(schema.matchAll(/^model (\w+)/gm), ([, name]) => name));
  for (const name of clientModels)
    if (!models.has(name)) throw new Error(`schema.prisma has no model ${name}`);
  const isRelation = (line) => models.has(/^ {2}\w+\s+(\w+)/.exec(line)?.[1]);
  return schema.replace(/^model (\w+) \{\n.*?^\}\n/gms, (block, name) =>
    clientModels.includes(name)
      ? block
          .split('\n')
          .filter((line) => !isRelation(line))
          .join('\n')
      : '',
  );
}

/** The path of the schema of the client. Prisma empties the folder of the client, so it lies elsewhere. */
function writeClientSchema() {
  const folder = join(root, 'node_modules/.cache/waybill');
  const path = join(folder, 'client.prisma');
  const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8');
  mkdirSync(folder, { recursive: true });
  const output = relative(folder, dirname(generated)).replaceAll('\\', '/');
  writeFileSync(path, clientSchema(schema).replace(/(\boutput\s*=\s*)"[^"]*"/, `$1"${output}"`));
  return path;
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
  [cli, 'generate', '--no-hints', '--schema', writeClientSchema()],
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
