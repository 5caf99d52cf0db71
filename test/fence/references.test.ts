/** Every reference from code and documents to a document leads to a section that exists. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
const texts = tracked
  .filter(
    (path) =>
      /\.(ts|md|prisma|sql|yml|cjs|mjs)$/.test(path) &&
      !path.startsWith('docs/adr/') &&
      path !== 'CHANGELOG.md',
  )
  .filter((path) => existsSync(path) && !path.startsWith('test/fence/'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const adrs = new Set(readdirSync('docs/adr').map((name) => Number.parseInt(name, 10)));

const hasSection = (document: string, section: string): boolean =>
  existsSync(document) && new RegExp(`^## ${section}\\. `, 'm').test(readFileSync(document, 'utf8'));

const hasRow = (document: string, id: string): boolean =>
  new RegExp(`^\\|.*\\b${id}\\b.*\\|`, 'm').test(readFileSync(document, 'utf8'));

type Reference = { readonly pattern: RegExp; readonly exists: (match: readonly string[]) => boolean };

const references: readonly Reference[] = [
  {
    pattern: /\bARCHITECTURE(?:\.md)? §(\d+)/g,
    exists: ([, section = '']) => hasSection('ARCHITECTURE.md', section),
  },
  {
    pattern: /\b(docs\/[a-z-]+\.md) §(\d+)/g,
    exists: ([, document = '', section = '']) => hasSection(document, section),
  },
  {
    pattern: /\b(docs\/reliability\.md) ([FS]\d\d)\b/g,
    exists: ([, document = '', id = '']) => hasRow(document, id),
  },
  { pattern: /\bADRs? (\d+)/g, exists: ([, number = '']) => adrs.has(Number(number)) },
  {
    pattern: /`((?:apps|packages|test|docs|prisma|infra)\/[\w./-]+\.(?:ts|md|sql|prisma|mjs|yml))`/g,
    exists: ([, path = '']) => existsSync(path),
  },
  // Names of design documents that are not part of this repository.
  {
    pattern: /\b(RELIABILITY|FEATURES|STACK|SMTP-SERVER|STYLE|PERFORMANCE|API)(?:\.md)? §?[A-Z]?\d/g,
    exists: () => false,
  },
];

for (const { pattern, exists } of references)
  test(`every reference of the form ${pattern.source} leads somewhere`, () => {
    const broken = texts.flatMap(({ path, text }) =>
      [...text.matchAll(pattern)].filter((match) => !exists(match)).map((match) => `${path}: ${match[0]}`),
    );
    assert.deepEqual(broken, []);
  });
