import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openDeadlines } from './deadlines.ts';

const limits = { handshakeMs: 50, commandMs: 100, messageMs: 300, sessionMs: 1_000 };

function open(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const expired: number[] = [];
  let now = 0;
  const deadlines = openDeadlines(limits, () => expired.push(now));
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end; ) {
      now += 10;
      context.mock.timers.tick(10);
    }
  };
  return { deadlines, expired, pass };
}

test('a client that sends no command is closed after commandMs', (context) => {
  const { expired, pass } = open(context);
  pass(90);
  assert.equal(expired.length, 0);
  pass(20);
  assert.deepEqual(expired, [100]);
});

test('no deadline runs while the server works', (context) => {
  const { deadlines, expired, pass } = open(context);
  deadlines.work();
  pass(500);
  assert.deepEqual(expired, []);
});

test('a message has its own deadline, and the work on it has none', (context) => {
  const { deadlines, expired, pass } = open(context);
  deadlines.awaitMessage();
  pass(250);
  deadlines.work();
  pass(250);
  assert.deepEqual(expired, []);
  deadlines.awaitMessage();
  pass(310);
  assert.deepEqual(expired, [800]);
});

test('a session whose time ends while the server works is closed when it waits again', (context) => {
  const { deadlines, expired, pass } = open(context);
  deadlines.work();
  pass(1_200);
  assert.deepEqual(expired, []);
  deadlines.awaitCommand();
  assert.deepEqual(expired, [1_200]);
});

test('after close no deadline fires', (context) => {
  const { deadlines, expired, pass } = open(context);
  deadlines.awaitMessage();
  deadlines.close();
  pass(5_000);
  assert.deepEqual(expired, []);
});
