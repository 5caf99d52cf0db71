import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openReplyStream } from './reply-stream.ts';

test('pipelined replies in one read are separate replies', () => {
  const replies = openReplyStream().read('250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n');
  assert.deepEqual(
    replies.map(({ code }) => code),
    [250, 250, 354],
  );
});

test('a reply of several lines is one, with all of them', () => {
  const [reply, ...more] = openReplyStream().read('250-a.example\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n');
  assert.deepEqual(reply, { code: 250, text: '250-a.example\n250-PIPELINING\n250 AUTH PLAIN' });
  assert.deepEqual(more, []);
});

test('a reply in two reads is given when it is complete', () => {
  const stream = openReplyStream();
  const replies = [...'451 4.3.0 try\r\n250\r\n'].flatMap((byte) => stream.read(byte));
  assert.deepEqual(replies, [
    { code: 451, text: '451 4.3.0 try' },
    { code: 250, text: '250' },
  ]);
});
