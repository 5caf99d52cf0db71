/** Fails when the first load of the dashboard is larger than its budget: the entry, what it imports, and the first page. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1_000;
const budget = { js: 230 * KB, css: 40 * KB };
/** What a newcomer opens first: the shell is in the entry. */
const firstPage = 'src/pages/overview/overview-page.tsx';

const dist = join(import.meta.dirname, 'dist');
const manifestFile = join(dist, '.vite/manifest.json');
if (!existsSync(manifestFile)) throw new Error('the dashboard is not built: npm run build');
const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));

/** The files of a chunk and of all chunks that it imports at once. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`the build has no ${name}`);
  if (seen.has(name)) return [];
  seen.add(name);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((one) => filesOf(one, seen))];
}

const files = [...new Set([...filesOf('index.html'), ...filesOf(firstPage)])];
const sizeOf = async (file) => gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
const sizes = await Promise.all(files.map(async (file) => [file, await sizeOf(file)]));
for (const [kind, limit] of Object.entries(budget)) {
  const total = sizes.filter(([file]) => file.endsWith(`.${kind}`)).reduce((sum, [, size]) => sum + size, 0);
  process.stdout.write(`${kind}: ${(total / KB).toFixed(1)} of ${limit / KB} kB gzip\n`);
  if (total > limit) process.exitCode = 1;
}
