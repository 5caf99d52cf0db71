/** Writes every document that has a source of truth. CI runs it and fails when anything changes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiDescription } from './api-description.ts';
import { cliPage } from './cli-docs.ts';
import { clientTypes } from './client-types.ts';
import { configPage, envExample } from './config-docs.ts';
import { errorPage } from './error-docs.ts';

const root = join(import.meta.dirname, '../..');
const documents: Readonly<Record<string, string>> = {
  '.env.example': envExample(),
  'docs/cli.md': cliPage(),
  'docs/config.md': configPage(),
  'docs/errors.md': errorPage(),
  'packages/client/src/generated/operations.ts': clientTypes(await apiDescription()),
};
for (const [path, text] of Object.entries(documents)) await writeFile(join(root, path), text);
