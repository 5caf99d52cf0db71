import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines } from '../in-memory-ports.test-support.ts';
import { withoutMboxLine } from './mbox-line.ts';

const message = ['From: ada@acme.test', '', 'Hi'];

for (const line of ['From ada@acme.test Mon Feb  8 02:53:47 PST 1993', '>From ada@acme.test', 'From -']) {
  test(`“${line}” is removed from the top`, () => {
    const { bytes, notes } = withoutMboxLine(lines(line, ...message));
    assert.deepEqual(bytes, lines(...message));
    assert.deepEqual(
      notes.map(({ what }) => what),
      ['mbox line removed'],
    );
  });
}

for (const line of [
  'From: ada@acme.test',
  'From : ada@acme.test',
  'From\t: ada@acme.test',
  'from ada',
  'From',
  '',
]) {
  test(`“${line}” stays`, () => {
    const bytes = lines(line, ...message);
    assert.deepEqual(withoutMboxLine(bytes), { bytes, notes: [] });
  });
}

test('only the first line counts', () => {
  const bytes = lines('Subject: x', 'From ada@acme.test', '', 'From the body');
  assert.equal(withoutMboxLine(bytes).bytes, bytes);
});
