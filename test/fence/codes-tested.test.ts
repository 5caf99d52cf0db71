/**
 * Every code of the refusal table is what a client of some test is answered: its name, or the number of its SMTP reply, stands in what
 * that test expects. Over HTTP every answer of every test is compared with the described codes (`test/integration/api/test-api.ts`).
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type Row, refusals } from '@waybill/relay/refusal-table';

const root = resolve(import.meta.dirname, '../..');

/** Tests of the table itself name codes without an answer. */
const ofTheTable = /refusal\.test\.ts$|^test\/(fence|load)\//;

const answers = globSync(['test/**/*.ts', 'apps/*/src/**/*.test.ts', 'packages/*/src/**/*.test.ts'], {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
})
  .filter((path) => !ofTheTable.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

const isNamed = (code: string): boolean => new RegExp(`['"/ ]${code}\\b`).test(answers);

/** `504 5.5.4`, also in a pattern: `504 5\\.5\\.4`. */
const isReplied = ({ smtp, status }: Row): boolean =>
  new RegExp(`\\b${smtp} ${status.split('.').join('\\\\?\\.')}`).test(answers);

test('every code is expected by a test', () => {
  const rows = Object.entries<Row>(refusals);
  assert.ok(rows.length > 40);
  const missing = rows.filter(([code, row]) => !isNamed(code) && !isReplied(row)).map(([code]) => code);
  assert.deepEqual(missing, []);
  assert.ok(!isNamed('no_such_code_at_all'));
  assert.ok(!isReplied({ smtp: 599, status: '5.9.9' } as Row));
});
