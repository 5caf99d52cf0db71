import assert from 'node:assert/strict';
import { test } from 'node:test';
import { details, table } from './output.ts';

test('columns are aligned under their names, and what is absent is a hyphen', () => {
  const lines = [
    { id: 'acc_1', name: 'Acme', reason: undefined },
    { id: 'acc_22', name: 'B', reason: 'unpaid' },
  ];
  assert.equal(
    table(lines, 'none'),
    ['ID      NAME  REASON', 'acc_1   Acme  -', 'acc_22  B     unpaid'].join('\n'),
  );
});

test('a table without rows is a sentence', () => {
  assert.equal(table([], 'There is no account.'), 'There is no account.');
});

test('details name nested fields by their path, and leave out lists of objects', () => {
  const view = { id: 'dom_1', tracking: { host: 'go.acme.test' }, networks: ['a', 'b'], records: [{ x: 1 }] };
  assert.equal(
    details(view),
    ['id             dom_1', 'tracking.host  go.acme.test', 'networks       a, b'].join('\n'),
  );
});

test('stored text cannot act on the terminal', () => {
  assert.equal(table([{ name: 'a\x1b]0;x\x07' }], ''), 'NAME\na?]0;x?');
});
