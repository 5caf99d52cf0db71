import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordTranscript } from './transcript.ts';

test('each line has its speaker and its time since the attempt began', () => {
  let at = 0;
  const transcript = recordTranscript(() => at);
  transcript.client('EHLO a.example');
  at = 12.345;
  transcript.server('250 ok');
  assert.deepEqual(transcript.lines(), [
    { at: 0, from: 'client', text: 'EHLO a.example' },
    { at: 12.3, from: 'server', text: '250 ok' },
  ]);
});

test('control characters are shown, never kept', () => {
  const transcript = recordTranscript(() => 0);
  transcript.server('550 \0\x1b]0;title\x07\ttab\n550 more');
  assert.equal(transcript.lines()[0]?.text, '550 \\x00\\x1b]0;title\\x07\\x09tab\n550 more');
});

test('a long line is cut and says by how much', () => {
  const transcript = recordTranscript(() => 0);
  transcript.server('x'.repeat(10_000));
  assert.match(transcript.lines()[0]?.text ?? '', /^x{4096}… \(5904 more characters\)$/);
});

test('of a long conversation the beginning and the end stay', () => {
  const transcript = recordTranscript(() => 0);
  for (let line = 1; line <= 1_000; line += 1) transcript.client(`line ${line}`);
  const texts = transcript.lines().map(({ text }) => text);
  assert.equal(texts.length, 201);
  assert.equal(texts[0], 'line 1');
  assert.equal(texts[140], '800 lines are left out here');
  assert.equal(texts.at(-1), 'line 1000');
});

test('a step is timed even when it fails, and times of a step add up', async () => {
  let at = 0;
  const transcript = recordTranscript(() => at);
  await transcript.timed('dns', async () => {
    at += 5;
  });
  await assert.rejects(
    transcript.timed('dns', async () => {
      at += 7;
      throw new Error('no');
    }),
  );
  assert.deepEqual(transcript.timings(), { dns: 12 });
});
