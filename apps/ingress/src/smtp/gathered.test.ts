import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openGathered } from './gathered.ts';

/** A stream that tells what left it together. */
function recorder() {
  const segments: string[] = [];
  const socket = new Writable({
    write: (octets, _, done) => {
      segments.push(String(octets));
      done();
    },
    writev: (parts, done) => {
      segments.push(parts.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  return { segments, socket };
}

test('what was held leaves together with the reply that lets it go', () => {
  const { segments, socket } = recorder();
  const gathered = openGathered();
  for (const reply of ['a', 'b']) {
    gathered.hold(socket);
    socket.write(reply);
  }
  socket.write('c');
  assert.deepEqual(segments, []);
  gathered.letGo();
  assert.deepEqual(segments, ['abc']);
});

test('a reply that nothing follows leaves as the turn of the event loop ends', async () => {
  const { segments, socket } = recorder();
  const gathered = openGathered();
  gathered.hold(socket);
  socket.write('a');
  await turn();
  await turn();
  assert.deepEqual(segments, ['a']);
  gathered.letGo();
  socket.write('b');
  assert.deepEqual(segments, ['a', 'b']);
});
