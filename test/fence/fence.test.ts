import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { layerViolations, lintViolations, type Planted } from './planted-violations.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let copy = '';

/** node_modules of the copy: a link to each package, except our own workspaces, which must be the copies. */
async function linkModules(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@waybill') await symlink(join(from, name), join(to, name));
  }
}

async function copyTree(): Promise<void> {
  const filter = (path: string): boolean => !path.endsWith('node_modules');
  for (const folder of ['packages', 'apps', 'test', 'infra'])
    await cp(join(root, folder), join(copy, folder), { recursive: true, filter });
  for (const file of ['package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.cjs'])
    await cp(join(root, file), join(copy, file));
  await linkModules(join(root, 'node_modules'), join(copy, 'node_modules'));
  await mkdir(join(copy, 'node_modules/@waybill'));
  for (const name of await readdir(join(copy, 'packages')))
    await symlink(join(copy, 'packages', name), join(copy, 'node_modules/@waybill', name));
}

async function plant(violations: readonly Planted[]): Promise<void> {
  for (const { files } of violations) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), text);
    }
  }
}

/** The output of a tool. Both tools exit non-zero when they find a violation, which the test expects. */
const outputOf = async (program: string, args: readonly string[]): Promise<string> => {
  const executable = join(root, 'node_modules/.bin', program);
  const options = { cwd: copy, maxBuffer: 256 * 1024 * 1024 };
  const { stdout, stderr } = await run(executable, args, options).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  assert.notEqual(stdout, '', `${program} printed nothing: ${stderr}`);
  return stdout;
};

before(async () => {
  copy = await mkdtemp(join(tmpdir(), 'waybill-fence-'));
  await copyTree();
  await plant([...layerViolations, ...lintViolations]);
});
after(() => rm(copy, { recursive: true, force: true }));

type Found = { readonly rule: { readonly name: string }; readonly from: string };

test('the layer fence catches every planted violation by the name of its rule', async () => {
  const found: readonly Found[] = JSON.parse(
    await outputOf('depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '-T',
      'json',
      'apps',
      'packages',
      'test',
    ]),
  ).summary.violations;
  for (const { rule, files } of layerViolations) {
    const paths = Object.keys(files);
    const isCaught = found.some(
      (violation) => violation.rule.name === rule && paths.includes(violation.from),
    );
    assert.ok(isCaught, `${rule} did not catch ${paths.join(', ')}`);
  }
});

test('every rule of the layer fence has a planted violation', async () => {
  const { default: fence } = await import(join(root, '.dependency-cruiser.cjs'));
  const planted = new Set(layerViolations.map(({ rule }) => rule));
  const unplanted = fence.forbidden
    .map((rule: { name: string }) => rule.name)
    .filter((name: string) => !planted.has(name));
  assert.deepEqual(unplanted, []);
});

type Diagnostic = {
  readonly category: string;
  readonly location: { readonly path: string | { readonly file: string } };
};

const pathOf = ({ location }: Diagnostic): string =>
  typeof location.path === 'string' ? location.path : location.path.file;

test('the lint fence catches hidden inputs and every house limit', async () => {
  const planted = lintViolations.flatMap(({ files }) => Object.keys(files));
  const report = await outputOf('biome', ['lint', '--reporter=json', '--max-diagnostics=none', ...planted]);
  const diagnostics: readonly Diagnostic[] = JSON.parse(report).diagnostics;
  for (const { rule, files } of lintViolations) {
    const paths = Object.keys(files);
    const isCaught = diagnostics.some(
      (found) => found.category === rule && paths.some((path) => pathOf(found).endsWith(path)),
    );
    assert.ok(isCaught, `${rule} did not catch ${paths.join(', ')}`);
  }
});
