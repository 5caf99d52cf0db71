import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { notingEvents, openEventSignal } from './event-signal.ts';

test('any number of written events makes at most four notifications a second, and none makes none', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const sent: string[] = [];
    const signal = openEventSignal(async (sql) => sent.push(sql));
    const save = notingEvents({ eventsWritten: signal.note }, async (items: readonly number[]) => items);
    mock.timers.tick(10_000);
    assert.deepEqual(sent, []);
    for (let milliseconds = 0; milliseconds < 1_000; milliseconds += 1) {
      assert.deepEqual(await save([milliseconds]), [milliseconds]);
      mock.timers.tick(1);
    }
    assert.ok(sent.length >= 3 && sent.length <= 4, `${sent.length} in a second`);
    assert.deepEqual(new Set(sent), new Set(['NOTIFY waybill_events']));
    mock.timers.tick(10_000);
    const last = sent.length;
    mock.timers.tick(10_000);
    assert.equal(sent.length, last);
    signal.note();
    signal.close();
    mock.timers.tick(10_000);
    assert.equal(sent.length, last);
  } finally {
    mock.timers.reset();
  }
});

test('a batch that could not be saved makes no notification', async () => {
  let noted = 0;
  const save = notingEvents({ eventsWritten: () => noted++ }, () => Promise.reject(new Error('away')));
  await assert.rejects(save([1]));
  assert.equal(noted, 0);
});
