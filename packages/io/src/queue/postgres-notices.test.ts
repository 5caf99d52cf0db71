import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationsOf, parseNotice } from './postgres-notices.ts';

const idOf = (index: number): string => `01890a5d-ac96-774b-bcce-${String(index).padStart(12, '0')}`;
const now = (index: number) => ({ queue: 'accepted', id: idOf(index), at: undefined }) as const;

test('ids of one queue share payloads that PostgreSQL takes, each id once', () => {
  const jobs = Array.from({ length: 500 }, (_, index) => now(index));
  const notifications = notificationsOf([...jobs, now(0), { queue: 'report', id: idOf(7), at: undefined }]);
  assert.deepEqual(
    notifications.map(({ channel }) => channel),
    ['waybill_accepted', 'waybill_accepted', 'waybill_accepted', 'waybill_report'],
  );
  const ids = notifications.slice(0, 3).flatMap(({ payload }) => {
    assert.ok(payload.length < 8_000);
    const notice = parseNotice(payload);
    return notice.kind === 'ids' ? notice.ids : [];
  });
  assert.deepEqual(
    ids,
    jobs.map(({ id }) => id),
  );
});

test('of jobs for later the first time is notified', () => {
  const at = (seconds: number) => ({ ...now(seconds), at: new Date(seconds * 1_000) });
  const [only, ...others] = notificationsOf([at(30), at(20), at(40)]);
  assert.deepEqual(others, []);
  assert.deepEqual(parseNotice(only?.payload ?? ''), { kind: 'due', at: new Date(20_000) });
});
