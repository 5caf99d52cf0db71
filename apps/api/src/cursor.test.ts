import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';
import { openCursors } from './cursor.ts';

const cursors = openCursors(Buffer.alloc(32, 1));
const rows = Array.from({ length: 4 }, (_, n) => ({ id: makeId(new Date(n), Buffer.alloc(10, n)) }));
const shape = { limit: 3, view: ({ id }: { readonly id: string }) => id };

test('a page shows as many as were asked for and says whether there are more', () => {
  const page = cursors.page('messages', rows, shape);
  assert.deepEqual(
    page.data,
    rows.slice(0, 3).map(({ id }) => id),
  );
  assert.equal(page.has_more, true);
  assert.equal(cursors.read('messages', page.next_cursor ?? undefined), rows[2]?.id);
});

test('the last page has no cursor, unless the list grows at its end', () => {
  assert.equal(cursors.page('messages', rows.slice(0, 3), shape).next_cursor, null);
  const tail = cursors.tail('events', rows.slice(0, 3), shape);
  assert.equal(tail.has_more, false);
  assert.equal(cursors.read('events', tail.next_cursor ?? undefined), rows[2]?.id);
  assert.equal(cursors.tail('events', [], shape).next_cursor, null);
});

test('a search that stopped before its page was full goes on below where it stopped', () => {
  const searchedTo = makeId(new Date(0), Buffer.alloc(10));
  for (const found of [[], rows.slice(0, 2)]) {
    const page = cursors.page('messages', found, { ...shape, searchedTo });
    assert.deepEqual([page.data.length, page.has_more], [found.length, true]);
    assert.equal(cursors.read('messages', page.next_cursor ?? undefined), searchedTo);
  }
});

test('a cursor of another list, of another installation, or made up is refused', () => {
  const { next_cursor } = cursors.page('messages', rows, shape);
  const cursor = next_cursor ?? '';
  const isRefused = (error: unknown): boolean =>
    error instanceof Refusal && error.code === 'request_malformed';
  assert.throws(() => cursors.read('events', cursor), isRefused);
  assert.throws(() => openCursors(Buffer.alloc(32, 2)).read('messages', cursor), isRefused);
  for (const text of ['x', '', cursor.slice(1), `B${cursor.slice(1)}`, rows[0]?.id ?? ''])
    assert.throws(() => cursors.read('messages', text), isRefused, text);
  assert.equal(cursors.read('messages', undefined), undefined);
});
