import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { List } from '@waybill/contract/list';
import { type Pages, rowsAbove, withNewest, withStates } from './live-pages.ts';

type Row = { readonly id: string; readonly status?: string };

const page = (ids: readonly string[], has_more = true): List<Row> => ({
  object: 'list',
  data: ids.map((id) => ({ id })),
  has_more,
  next_cursor: has_more ? `after ${ids.at(-1)}` : null,
});
const idsOf = (pages: Pages<Row>) => pages.map(({ data }) => data.map(({ id }) => id));

test('new rows come on top, and the pages below stay where they were read', () => {
  const shown = [page(['5', '4', '3']), page(['2', '1'], false)];
  const merged = withNewest(shown, page(['6', '5', '4']));
  assert.deepEqual(idsOf(merged), [
    ['6', '5', '4', '3'],
    ['2', '1'],
  ]);
  assert.equal(merged.at(-1)?.has_more, false);
  assert.equal(merged[0]?.next_cursor, 'after 3');
});

test('a row that the filter selects no more goes away, and one that it selects now takes its place', () => {
  const shown = [page(['9', '7', '5', '3', '1'])];
  assert.deepEqual(idsOf(withNewest(shown, page(['9', '8', '5']))), [['9', '8', '5', '3', '1']]);
});

test('the list begins anew where rows between may be unread, and where the newest page is all there is', () => {
  const shown = [page(['3', '2', '1'])];
  assert.deepEqual(idsOf(withNewest(shown, page(['9', '8', '7']))), [['9', '8', '7']]);
  assert.deepEqual(idsOf(withNewest(shown, page(['3', '2'], false))), [['3', '2']]);
  assert.deepEqual(idsOf(withNewest(shown, page([], false))), [[]]);
});

test('rows in the middle of a long list change their status and do not move', () => {
  const fresh: List<Row> = { ...page([]), data: [{ id: '3' }, { id: '2', status: 'delivered' }] };
  const shown = withStates([page(['2', '1'])], fresh.data);
  assert.deepEqual(shown[0]?.data, [{ id: '2', status: 'delivered' }, { id: '1' }]);
  assert.deepEqual(
    rowsAbove([page(['2', '1'])], fresh).map(({ id }) => id),
    ['3'],
  );
});
