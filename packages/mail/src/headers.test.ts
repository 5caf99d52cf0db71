import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsNamed, fieldValue, firstField, makeField, parseHeaders } from './headers.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const namesOf = (text: string): readonly string[] => parseHeaders(bytes(text)).fields.map(({ name }) => name);

test('the fields of a block, put together, are the block', () => {
  const source = bytes(
    'From: a@acme.test\r\nSUBJECT: one\r\n two\r\n\tthree\r\nX:\r\n\r\nbody: no field\r\n',
  );
  const { fields, end, bodyStart } = parseHeaders(source);
  assert.deepEqual(
    fields.map(({ key }) => key),
    ['from', 'subject', 'x'],
  );
  assert.deepEqual(Buffer.concat(fields.map(({ raw }) => raw)), source.subarray(0, end));
  assert.equal(source.toString('latin1', bodyStart), 'body: no field\r\n');
  for (const { raw, start = -1 } of fields) assert.deepEqual(source.subarray(start, start + raw.length), raw);
});

const blocks: readonly [string, string, readonly string[], string | undefined][] = [
  ['nothing', '', [], ''],
  ['a body only', '\r\nbody', [], 'body'],
  ['no body', 'A: 1\r\n', ['A'], ''],
  ['no line end', 'A: 1', ['A'], ''],
  ['lines that end in LF', 'A: 1\nB: 2\n 3\n\nbody', ['A', 'B'], 'body'],
  ['white space before the colon', 'A \t: 1\r\n\r\nbody', ['A'], 'body'],
  ['a line that is no field', 'A: 1\r\nnonsense\r\nB: 2\r\n', ['A'], 'nonsense\r\nB: 2\r\n'],
  ['a name with a space', 'A: 1\r\nFrom x@y Mon: 2\r\n', ['A'], 'From x@y Mon: 2\r\n'],
  ['a name with a non-breaking space', 'From\xa0: x\r\n', [], 'From\xa0: x\r\n'],
  ['a name with a form feed', 'From\f: x\r\n', [], 'From\f: x\r\n'],
  ['an empty name', ': x\r\n', [], ': x\r\n'],
  ['a fold at the start', ' A: 1\r\n', [], ' A: 1\r\n'],
  ['a fold of white space only', 'A: 1\r\n \t\r\nB: 2\r\n\r\n', ['A', 'B'], ''],
  ['a lone CR at the end', 'A: 1\r\n\r', ['A'], ''],
];

for (const [what, text, names, body] of blocks) {
  test(`reads a block with ${what}`, () => {
    const { bodyStart } = parseHeaders(bytes(text));
    assert.deepEqual(namesOf(text), names);
    assert.equal(text.slice(bodyStart), body);
  });
}

test('reads the header of a part between two offsets', () => {
  const source = bytes('--x\r\nA: 1\r\n\r\nbody\r\n--x--\r\n');
  const { fields, end, bodyStart } = parseHeaders(source, 5, 19);
  assert.deepEqual(
    fields.map(({ name, start }) => [name, start]),
    [['A', 5]],
  );
  assert.equal(end, 11);
  assert.equal(bodyStart, 13);
});

const values: readonly [string, string][] = [
  ['A: 1\r\n', '1'],
  ['A:1\r\n', '1'],
  ['A:\r\n', ''],
  ['A: \t 1 \t\r\n', '1'],
  ['A: one\r\n two\r\n\tthree\r\n', 'one two\tthree'],
  ['A:\r\n one\r\n', 'one'],
  ['A: b:c\r\n', 'b:c'],
  ['A: voil\xc3\xa0\r\n', 'voil\xc3\xa0'],
  ['A: \xa0x\xa0\r\n', '\xa0x\xa0'],
  ['A: 1\n 2\n', '1 2'],
];

for (const [raw, value] of values) {
  test(`the value of ${JSON.stringify(raw)} loses folds and spaces and no other byte`, () => {
    const field = firstField(parseHeaders(bytes(raw)).fields, 'a');
    assert.ok(field);
    assert.equal(fieldValue(field), value);
  });
}

test('finds fields by name in any case, topmost first', () => {
  const { fields } = parseHeaders(bytes('To: 1\r\nCc: 2\r\nTO: 3\r\n'));
  assert.deepEqual(fieldsNamed(fields, 'tO').map(fieldValue), ['1', '3']);
  assert.equal(firstField(fields, 'TO')?.name, 'To');
  assert.equal(firstField(fields, 'Bcc'), undefined);
});

test('a field of ours reads like any other', () => {
  const field = makeField('Subject', 'one\r\n two');
  assert.equal(field.raw.toString(), 'Subject: one\r\n two\r\n');
  assert.equal(field.start, undefined);
  assert.equal(fieldValue(field), 'one two');
  assert.deepEqual(parseHeaders(field.raw).fields, [{ ...field, start: 0 }]);
});

const injections: readonly [string, string][] = [
  ['Subject', 'x\r\nBcc: evil@other.test'],
  ['Subject', 'x\nBcc: evil@other.test'],
  ['Subject', 'x\rBcc: evil@other.test'],
  ['Subject', 'x\n folded by a lone LF'],
  ['Subject', 'x\r\n'],
  ['Subject', 'x\0'],
  ['Subject:', 'x'],
  ['Sub ject', 'x'],
  ['Subject\r\nBcc', 'x'],
  ['Sübject', 'x'],
];

for (const [name, value] of injections) {
  test(`refuses to make ${JSON.stringify(`${name}: ${value}`)}`, () => {
    assert.throws(() => makeField(name, value), /Not a header field/);
  });
}
