import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaders } from '../headers.ts';
import { repeatedFields } from './repeated-fields.ts';

const repeated = (...lines: readonly string[]) => {
  const { identical, differing } = repeatedFields(
    parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n`)).fields,
  );
  return [identical.map(({ name }) => name), differing?.name];
};

const single = [
  'Date',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Message-ID',
  'In-Reply-To',
  'References',
  'Subject',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];
for (const name of single) {
  test(`${name} may stand once`, () => {
    assert.deepEqual(repeated(`${name}: a`, 'X: y', `${name.toUpperCase()}: a`), [
      [name.toUpperCase()],
      undefined,
    ]);
    assert.deepEqual(repeated(`${name}: a`, `${name}: b`), [[], name]);
  });
}

test('other fields may stand as often as they like', () => {
  const fields = ['Received: a', 'Received: b', 'X-Tag: a', 'X-Tag: a', 'Comments: a', 'Keywords: b'];
  assert.deepEqual(repeated(...fields, 'DKIM-Signature: a', 'DKIM-Signature: b'), [[], undefined]);
});

test('where a value is folded makes no difference, its letters do', () => {
  assert.deepEqual(repeated('To: a@x.example, b@x.example', 'To: a@x.example,\r\n  b@x.example'), [
    ['To'],
    undefined,
  ]);
  assert.deepEqual(repeated('Subject: a', 'Subject: A'), [[], 'Subject']);
});

test('of three the identical one and the differing one are both known', () => {
  assert.deepEqual(repeated('Subject: a', 'Subject: a', 'Subject: b'), [['Subject'], 'Subject']);
});
