import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touchedRows } from './touched-rows.ts';

const rows = Array.from({ length: 30 }, (_, index) => ({ id: `msg_${index}` }));
const ids = (from: number, to: number): readonly string[] => rows.slice(from, to).map(({ id }) => id);

test('touched rows are read again, those in view first, and no message that is not in the list', () => {
  const touched = new Set(['msg_2', 'msg_20', 'msg_of_another_page']);
  const asked = { touched, inView: new Set(ids(15, 25)), rows };
  assert.deepEqual(touchedRows(asked), { now: ['msg_20', 'msg_2'], later: [] });
});

test('many touched rows are read ten at a time', () => {
  const asked = { touched: new Set(ids(0, 30)), inView: new Set(ids(12, 14)), rows };
  const { now, later } = touchedRows(asked);
  assert.deepEqual(now, [...ids(12, 14), ...ids(0, 8)]);
  assert.deepEqual(later, [...ids(8, 12), ...ids(14, 30)]);
});
