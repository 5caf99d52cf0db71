/**
 * Builds the static files, and writes each also as gzip and brotli. `npm ci` runs it. It does nothing while its sources are those of
 * the last build, or where the tools to build are not installed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const stampFile = join(dist, '.sources');

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function stampOf() {
  const sources = [...(await filesBelow(join(here, 'src'))), ...(await filesBelow(join(here, 'public')))];
  const hash = createHash('sha256');
  for (const file of [
    ...sources,
    ...['index.html', 'vite.config.ts', 'package.json', 'build.mjs'].map((name) => join(here, name)),
  ])
    hash
      .update(file.slice(here.length))
      .update('\0')
      .update(await readFile(file));
  return hash.digest('hex');
}

const hasTools = () =>
  [join(here, 'node_modules'), join(here, '../../node_modules')].some((modules) =>
    existsSync(join(modules, 'vite')),
  );

async function compress(file) {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params }));
}

async function build() {
  const stamp = await stampOf();
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  const { build: viteBuild } = await import('vite');
  await rm(dist, { recursive: true, force: true });
  await viteBuild({ root: here, logLevel: 'warn' });
  for (const file of await filesBelow(dist)) if (/\.(?:js|css|svg|html)$/.test(file)) await compress(file);
  await writeFile(stampFile, stamp);
}

if (hasTools()) await build();
