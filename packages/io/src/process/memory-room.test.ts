import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoRoom, openMemoryRoom } from './memory-room.ts';

const open = () => openMemoryRoom({ bytes: 100, waitMs: 30 });

test('what has room enters at once, and what has none is told so after a moment', async () => {
  const room = open();
  await room.reservation().take('ada', 50);
  await room.reservation().take('bob', 50);
  await assert.rejects(room.reservation().take('eve', 1), NoRoom);
});

test('one account has half of the room at most, and the others have theirs', async () => {
  const room = open();
  await room.reservation().take('ada', 30);
  await assert.rejects(room.reservation().take('ada', 30), NoRoom);
  await room.reservation().take('bob', 50);
});

test('room that is given back goes to who waits for it', async () => {
  const room = open();
  const first = room.reservation();
  await first.take('ada', 40);
  await first.take('bob', 50);
  const second = room.reservation();
  const waited = second.take('eve', 60);
  first.release();
  first.release();
  await waited;
  await assert.rejects(room.reservation().take('ada', 50), NoRoom);
});

test('what is larger than all of the room enters when nobody else is there', async () => {
  const room = open();
  const large = room.reservation();
  await large.take('ada', 500);
  await assert.rejects(room.reservation().take('bob', 1), NoRoom);
  large.release();
  await room.reservation().take('bob', 1);
  await assert.rejects(room.reservation().take('ada', 500), NoRoom);
});
