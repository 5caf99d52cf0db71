import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeaderField, parseHeaders } from '../headers.ts';
import { coversSameHeader } from './dkim-coverage.ts';

const fieldsOf = (...lines: readonly string[]): readonly HeaderField[] =>
  parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n`)).fields;

const signature = (tags: string): string => `DKIM-Signature: v=1; d=app.test; s=own; bh=x; b=y; ${tags}`;

function survives(tags: string, before: readonly string[], after: readonly string[]): boolean {
  const [own] = fieldsOf(signature(tags));
  assert.ok(own);
  return coversSameHeader(own, {
    before: fieldsOf(signature(tags), ...before),
    after: fieldsOf(signature(tags), ...after),
  });
}

const from = 'From: a@app.test';
const changes: readonly (readonly [string, string, readonly string[], readonly string[], boolean])[] = [
  ['nothing', 'h=from:subject', [from, 'Subject: x'], [from, 'Subject: x'], true],
  ['a field that it names', 'h=from:subject', [from, 'Subject: x'], [from, 'Subject: y'], false],
  ['a field that it does not name', 'h=from', [from, 'Subject: x'], [from, 'Subject: y'], true],
  ['a field that it names in vain is added', 'h=from:date', [from], [from, 'Date: x'], false],
  ['a field that it names is removed', 'h=from:to', [from, 'To: x'], [from], false],
  ['one more on top of those it names', 'h=from:x', [from, 'X: 1'], ['X: 2', from, 'X: 1'], true],
  ['one more than it names of that name', 'h=from:x:x', [from, 'X: 1'], ['X: 2', from, 'X: 1'], false],
  ['a fold, relaxed', 'c=relaxed/simple; h=from:x', [from, 'X: 1 2'], [from, 'X: 1\r\n 2'], true],
  ['a fold, simple', 'c=simple/relaxed; h=from:x', [from, 'X: 1 2'], [from, 'X: 1\r\n 2'], false],
  ['a fold, simple by default', 'h=from:x', [from, 'X: 1 2'], [from, 'X: 1\r\n 2'], false],
];
for (const [name, tags, before, after, expected] of changes) {
  test(`${name}: the signature ${expected ? 'still covers the same' : 'is broken'}`, () =>
    assert.equal(survives(tags, before, after), expected));
}

test('a signature that cannot be parsed counts as not broken', () => {
  const [own] = fieldsOf('DKIM-Signature: nonsense');
  assert.ok(own);
  assert.equal(coversSameHeader(own, { before: [own], after: fieldsOf(from) }), true);
});
