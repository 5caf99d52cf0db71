import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUrlSearch, parseUrlSearch } from './url-search.ts';

test('a filter in the URL comes back as it was', () => {
  const filter = { status: 'bounced', q: '123', to: 'ada+x@example.com' };
  assert.deepEqual(parseUrlSearch(formatUrlSearch(filter)), filter);
});

test('an empty filter leaves the URL', () => {
  assert.equal(formatUrlSearch({ status: undefined, q: '' }), '');
});
