import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSinkSession } from './sink-session.ts';

const dialogue =
  'EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n' +
  'Subject: one\r\n\r\n..dotted\r\n.\r\n' +
  'MAIL FROM:<a@a.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\nSubject: two\r\n\r\n\r\n.\r\nQUIT\r\n';
const codes = ['250', '250', '250', '354', '250', '250', '250', '354', '250', '221'];

function converse(chunks: readonly Buffer[]) {
  const kept: string[] = [];
  const session = openSinkSession((bytes) => kept.push(bytes.toString('latin1')));
  let said = '';
  let isOver = false;
  for (const chunk of chunks) {
    const answer = session.read(chunk);
    said += answer.replies;
    isOver = answer.isOver;
  }
  return { kept, isOver, codes: [...said.matchAll(/^(\d{3}) /gm)].map(([, code]) => code) };
}

function inPieces(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

for (const size of [1, 2, 3, 4, 5, 7, 11, 64, 1_000])
  test(`a conversation in pieces of ${size} bytes gives both messages and every reply`, () => {
    const result = converse(inPieces(dialogue, size));
    assert.deepEqual(result.kept, ['Subject: one\r\n\r\n..dotted\r\n', 'Subject: two\r\n\r\n\r\n']);
    assert.deepEqual(result.codes, codes);
    assert.equal(result.isOver, true);
  });

test('an empty message ends at once', () => {
  const result = converse([Buffer.from('DATA\r\n'), Buffer.from('.\r\n')]);
  assert.deepEqual([result.kept, result.codes], [[''], ['354', '250']]);
});

test('a dot inside a line does not end the message', () => {
  const result = converse([Buffer.from('DATA\r\nend.\r\n'), Buffer.from(' .\r\n'), Buffer.from('.\r\n')]);
  assert.deepEqual(result.kept, ['end.\r\n .\r\n']);
});

test('an unknown command is refused and the conversation goes on', () => {
  assert.deepEqual(converse([Buffer.from('XYZZY\r\nNOOP\r\n')]).codes, ['500', '250']);
});
