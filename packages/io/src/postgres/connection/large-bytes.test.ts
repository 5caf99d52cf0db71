import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPieces, type Range } from './large-bytes.ts';

const MEBIBYTE = 1_048_576;

test('bytes are read piece by piece, each once, and joined', async () => {
  const bytes = Buffer.alloc(2 * MEBIBYTE + 5, 'abcdefg');
  const asked: Range[] = [];
  const read = await inPieces(bytes.length, async (range) => {
    asked.push(range);
    return bytes.subarray(range.start - 1, range.start - 1 + range.size);
  });
  assert.ok(read.equals(bytes));
  assert.deepEqual(
    asked.map(({ start }) => start),
    [1, MEBIBYTE + 1, 2 * MEBIBYTE + 1],
  );
});

test('zero bytes need no statement', async () => {
  assert.equal((await inPieces(0, () => assert.fail('nothing to read'))).length, 0);
});

for (const [what, rest] of [
  ['a row that went meanwhile', undefined],
  ['bytes that end too soon', Buffer.alloc(0)],
] as const)
  test(`${what}: an error instead of a shorter message`, async () => {
    const first = Buffer.alloc(MEBIBYTE);
    const read = ({ start }: Range): Promise<Buffer | undefined> =>
      Promise.resolve(start === 1 ? first : rest);
    await assert.rejects(inPieces(MEBIBYTE + 1, read), /Only 1048576 of 1048577 bytes are there/);
  });
