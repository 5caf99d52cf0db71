import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedUrl, smarthostToStore } from './smarthost-url.ts';

for (const [url, shown] of [
  ['smtp://user:secret@mx.example:587', 'smtp://user:***@mx.example:587'],
  ['smtps://user:p%40ss%2Fword@mx.example', 'smtps://user:***@mx.example'],
  ['smtp://user:p@ss@mx.example', 'smtp://user:***@mx.example'],
  ['smtp://user@mx.example', 'smtp://user@mx.example'],
  ['smtp://mx.example:25', 'smtp://mx.example:25'],
  ['smtp://user:secret@[', 'smtp://***'],
] as const)
  test(`${url} is shown as ${shown}`, () => assert.equal(maskedUrl(url), shown));

const current = 'smtp://user:secret@mx.example:587';

test('the masked URL that was shown changes nothing', () => {
  assert.equal(smarthostToStore(maskedUrl(current), current), undefined);
});

test('a new URL replaces, null clears, absent leaves', () => {
  const other = 'smtp://user:new@mx.example:587';
  assert.equal(smarthostToStore(other, current), other);
  assert.equal(smarthostToStore(null, current), null);
  assert.equal(smarthostToStore(undefined, current), undefined);
});

test('a mask that stands for no known password is refused', () => {
  for (const [url, of] of [
    ['smtp://user:***@other.example:587', current],
    ['smtp://user:***@mx.example:587', undefined],
  ] as const)
    assert.throws(() => smarthostToStore(url, of), /request_malformed/);
});
