/**
 * The faults of our own processes, with the queues on PostgreSQL. Each app is a process of its own here, and the sender makes every attempt;
 * on Redis the processes are those of `waybill dev`, and the worker makes the first attempt.
 */
import { after, before, test } from 'node:test';
import { freePortOffset } from '../support/dev.ts';
import { hasStrace, syncedBeforeItsReply } from './faults/durable.ts';
import { frozenPastItsLease } from './faults/frozen.ts';
import { askedToGo } from './faults/graceful.ts';
import { killedAlone, killedTogether } from './faults/killed.ts';
import { runsOutOfMemory } from './faults/out-of-memory.ts';
import { poisoned } from './faults/poisoned.ts';
import { type Installation, startInstallation } from './installation.ts';
import { assertAllKept } from './reckoning.ts';
import { scale } from './scale.ts';

let installation: Installation;
before(async () => {
  installation = await startInstallation({
    portOffset: await freePortOffset(),
    args: ['--apart'],
    env: { WORKER_FIRST_ATTEMPTS: '0' },
  });
});
after(() => installation.stop());

test(
  'F03 the disk has the message before the client gets 250',
  { skip: hasStrace() ? false : 'no strace here' },
  (t) => syncedBeforeItsReply(t, installation),
);
test('F01 each process is killed alone under load', (t) => killedAlone(t, installation));
test('F02 everything is killed at once, PostgreSQL too', (t) => killedTogether(t, installation));
// Senders first: what they do to mail would be counted against a fault whose mail is still on its way.
test('F19 a sender sleeps past its lease', (t) => frozenPastItsLease(t, installation, 'sender'));
test('F19 a sender runs out of memory', (t) => runsOutOfMemory(t, installation, 'sender'));
// The short form has it on Redis: the two files run side by side, and this one is the longer.
if (scale.isLong)
  test('F19 a worker sleeps past its lock', (t) => frozenPastItsLease(t, installation, 'worker'));
test('F19 a worker runs out of memory', (t) => runsOutOfMemory(t, installation, 'worker'));
test('F20 each process is asked to go under load', (t) => askedToGo(t, installation));
test('F18 messages made to take a parser down', (t) => poisoned(t, installation));
test('all of it: nothing lost, nothing twice that was not said, nothing outside its end states', (t) =>
  assertAllKept(t, installation));
