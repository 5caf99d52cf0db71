import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPartText } from '@waybill/mail/body/part-text';
import { makeField } from '@waybill/mail/headers';
import { applyPatch, decodePatch, encodePatch } from '@waybill/mail/patch';
import { facts } from '../hygiene.test-support.ts';
import { lines } from '../in-memory-ports.test-support.ts';
import type { Message } from '../message.ts';
import { writeEdits } from '../pipeline/write-edits.ts';
import { addAtEnd, addEdits, addOnTop, removeFields, replaceField } from './edit-message.ts';
import { openMessage } from './open-message.ts';
import { bodyChangesOf, bodyPiecesOf, patchOf } from './patch-of.ts';

const envelope = { mailFrom: undefined, rcptTo: [], smtpUtf8: false, body: '7bit' } as const;
const open = (source: Buffer): Message => openMessage({ id: 'x', source, envelope, options: {} });
const leaves = (message: Message): string =>
  applyPatch(message.source, decodePatch(encodePatch(patchOf(message)))).toString();

const source = lines('A: 1', 'B: 2', '\tfolded', 'C : 3', '', 'Body', '');
const message = open(source);
const text = readPartText(source, message.tree);
assert.ok(typeof text !== 'string');
const field = (name: string) => message.fields.find(({ key }) => key === name) ?? assert.fail(name);

const rows: readonly (readonly [string, Message, string])[] = [
  ['nothing', message, source.toString()],
  ['a field on top', addOnTop(message, [makeField('X', '0')]), `X: 0\r\n${source}`],
  [
    'two on top, one after the other',
    addOnTop(addOnTop(message, [makeField('Y', '1')]), [makeField('X', '0')]),
    `X: 0\r\nY: 1\r\n${source}`,
  ],
  [
    'a field at the end',
    addAtEnd(message, [makeField('Z', '9')]),
    'A: 1\r\nB: 2\r\n\tfolded\r\nC : 3\r\nZ: 9\r\n\r\nBody\r\n\r\n',
  ],
  ['one field less', removeFields(message, ({ key }) => key === 'b'), 'A: 1\r\nC : 3\r\n\r\nBody\r\n\r\n'],
  [
    'the first less',
    removeFields(message, ({ key }) => key === 'a'),
    'B: 2\r\n\tfolded\r\nC : 3\r\n\r\nBody\r\n\r\n',
  ],
  [
    'all less and one new',
    addAtEnd(
      removeFields(message, () => true),
      [makeField('Z', '9')],
    ),
    'Z: 9\r\n\r\nBody\r\n\r\n',
  ],
  [
    'one replaced in its place',
    replaceField(message, field('b'), makeField('B', 'two')),
    'A: 1\r\nB: two\r\nC : 3\r\n\r\nBody\r\n\r\n',
  ],
  [
    'a changed body',
    addEdits(message, [{ text, edits: [{ start: 0, end: 4, text: 'Text' }] }]),
    'A: 1\r\nB: 2\r\n\tfolded\r\nC : 3\r\n\r\nText\r\n\r\n',
  ],
];
for (const [name, changed, expected] of rows) {
  test(`the patch makes ${name}`, () => {
    assert.equal(leaves(changed), expected);
    const body = Buffer.concat(bodyPiecesOf(changed)).toString();
    assert.equal(body, expected.slice(expected.indexOf('\r\n\r\n') + 4));
  });
}

const headers: readonly (readonly [string, Buffer, string])[] = [
  ['a header without an end', lines('A: 1'), 'A: 1\r\nZ: 9\r\n\r\n'],
  [
    'a header that runs into something else',
    lines('A: 1', 'no field', 'B: 2'),
    'A: 1\r\nZ: 9\r\n\r\nno field\r\nB: 2\r\n',
  ],
  ['no header at all', lines('', 'Body'), 'Z: 9\r\n\r\nBody\r\n'],
];
for (const [name, bytes, expected] of headers) {
  test(`${name} gets an empty line after its header`, () => {
    assert.equal(leaves(addAtEnd(open(bytes), [makeField('Z', '9')])), expected);
  });
}

test('edits of several stages to one part are made together', () => {
  const once = addEdits(message, [{ text, edits: [{ start: 0, end: 1, text: 'b' }] }]);
  const twice = addEdits(once, [{ text, edits: [{ start: 4, end: 4, text: '!' }] }]);
  assert.ok(leaves(twice).endsWith('\r\n\r\nbody!\r\n\r\n'));
  assert.equal(leaves(message), source.toString());
});

test('an edit that follows the encoding of others is not lost', () => {
  const once = writeEdits(addEdits(message, [{ text, edits: [{ start: 0, end: 1, text: 'b' }] }]), facts());
  assert.equal(bodyChangesOf(once), once.bodyChanges);
  const twice = addEdits(once, [{ text, edits: [{ start: 4, end: 4, text: '!' }] }]);
  assert.ok(leaves(twice).endsWith('\r\n\r\nbody!\r\n\r\n'));
});
