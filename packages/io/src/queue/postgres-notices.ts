/** What a NOTIFY of the job queues says: ids to handle now, a time at which rows fall due, or that the consumers changed. */
import type { QueueName } from '@waybill/relay/ports';
import { MEMBERS } from './queue-members.ts';

export type Job = { readonly queue: QueueName; readonly id: string; readonly at: Date | undefined };

export type Notice =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'due'; readonly at: Date }
  | { readonly kind: 'members' };

export type Notification = { readonly channel: string; readonly payload: string };

/** 37 bytes each in a payload, which PostgreSQL limits to 8,000 bytes. */
const MAX_IDS = 200;

export const channelOf = (queue: QueueName): string => `waybill_${queue}`;

function idPayloads(jobs: readonly Job[]): readonly string[] {
  const ids = [...new Set(jobs.flatMap(({ id, at }) => (at === undefined ? [id] : [])))];
  return Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, part) =>
    ids.slice(part * MAX_IDS, (part + 1) * MAX_IDS).join(),
  );
}

/** Rows that are due later are found by time: only the first time of a batch is notified, and the look at it finds the next. */
function duePayloads(jobs: readonly Job[]): readonly string[] {
  const times = jobs.flatMap(({ at }) => (at === undefined ? [] : [at.getTime()]));
  return times.length === 0 ? [] : [`@${Math.min(...times)}`];
}

export const notificationsOf = (jobs: readonly Job[]): readonly Notification[] =>
  [...Map.groupBy(jobs, ({ queue }) => queue)].flatMap(([queue, ofQueue]) =>
    [...idPayloads(ofQueue), ...duePayloads(ofQueue)].map((payload) => ({
      channel: channelOf(queue),
      payload,
    })),
  );

export function parseNotice(payload: string): Notice {
  if (payload === MEMBERS) return { kind: 'members' };
  if (payload.startsWith('@')) return { kind: 'due', at: new Date(Number(payload.slice(1))) };
  return { kind: 'ids', ids: payload.split(',') };
}
