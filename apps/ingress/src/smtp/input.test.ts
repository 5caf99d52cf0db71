import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BadLine, Input } from './input.ts';

type Received = { readonly lines: string[]; readonly bad: BadLine[] };

function anInput(answer: (next: () => void) => void): Received & { readonly input: Input } {
  const received: Received = { lines: [], bad: [] };
  const input = new Input();
  input.oncommand = (command, next) => {
    received.lines.push(command.toString());
    answer(next ?? (() => undefined));
  };
  input.onBadLine = (kind, next) => {
    received.bad.push(kind);
    next();
  };
  return { ...received, input };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const written = (input: Input, bytes: string): Promise<void> =>
  new Promise((resolve) => void input.write(Buffer.from(bytes), () => resolve()));

const answers: readonly (readonly [string, (next: () => void) => void])[] = [
  ['at once', (next) => next()],
  ['in the same turn', (next) => queueMicrotask(next)],
  ['in the next tick', (next) => process.nextTick(next)],
];

for (const [when, answer] of answers)
  test(`a flood of commands answered ${when} leaves turns to other connections`, async () => {
    const { input, lines } = anInput(answer);
    const done = written(input, 'NOOP\r\n'.repeat(1_000));
    let most = 0;
    for (let before = 0; before < 1_000; before = lines.length) {
      await turn();
      most = Math.max(most, lines.length - before);
    }
    await done;
    assert.equal(lines.length, 1_000);
    assert.ok(most <= 30, `${most} commands in one turn of the event loop`);
  });

test('a command waits for the reply to the command before it', async () => {
  const open: (() => void)[] = [];
  const { input, lines } = anInput((next) => void open.push(next));
  input.write(Buffer.from('A\r\nB\r\n'));
  await turn();
  assert.deepEqual(lines, ['A']);
  open.shift()?.();
  await turn();
  assert.deepEqual(lines, ['A', 'B']);
});

const chunks: readonly (readonly [string, readonly string[], readonly string[], readonly BadLine[]])[] = [
  ['a line in pieces', ['NO', 'OP', '\r', '\nQU', 'IT\r\n'], ['NOOP', 'QUIT'], []],
  ['a line without its CRLF', ['NOOP'], [], []],
  ['a bare LF', ['NOOP\nQUIT\r\n'], [], ['bare']],
  ['a bare LF in pieces', ['NO', 'OP\n', 'QU', 'IT\r', '\nNOOP\r\n'], ['NOOP'], ['bare']],
  ['several bare LFs', ['\nNOOP\n\nQUIT\n\r\nNOOP\r\n'], ['NOOP'], ['bare']],
  ['a bare CR', ['NO\rOP\r\n'], [], ['bare']],
  ['a NUL', ['NO\0OP\r\n'], [], ['bare']],
  ['the longest line', [`${'x'.repeat(12_287)}\r\n`], ['x'.repeat(12_287)], []],
  ['a line that is longer', [`${'x'.repeat(12_288)}\r\n`, 'NOOP\r\n'], ['NOOP'], ['long']],
  ['a megabyte without an end', ['x'.repeat(1_048_577)], [], ['flood']],
];
for (const [name, pieces, lines, bad] of chunks)
  test(`${name} is ${bad[0] ?? 'read'}`, async () => {
    const received = anInput((next) => next());
    for (const piece of pieces) await written(received.input, piece);
    assert.deepEqual([received.lines, received.bad], [lines, bad]);
  });

const later = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

test('a client that waits after a bare LF gets a reply to its bad line, and its next line is a new command', async () => {
  const { input, lines, bad } = anInput((next) => next());
  await written(input, 'NOOP\n');
  assert.deepEqual(bad, []);
  await later(150);
  assert.deepEqual(bad, ['bare']);
  await written(input, 'QUIT\r\n');
  assert.deepEqual([lines, bad], [['QUIT'], ['bare']]);
});

test('a client that closes its side after a bare LF gets a reply to its bad line', async () => {
  const { input, lines, bad } = anInput((next) => next());
  input.end(Buffer.from('NOOP\r\nQUIT\n'));
  await new Promise((resolve) => input.once('finish', resolve));
  assert.deepEqual([lines, bad], [['NOOP'], ['bare']]);
});
