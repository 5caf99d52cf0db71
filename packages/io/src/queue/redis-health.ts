import type { QueueState } from './backend.ts';

const fieldsOf = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info
      .split(/\r?\n/)
      .map((line) => line.split(':'))
      .filter((pair) => pair.length >= 2)
      .map(([name = '', ...value]) => [name, value.join(':')]),
  );

/**
 * The state of a Redis that is to hold queues, from `INFO`. Hosted ones forbid `CONFIG GET`. Jobs that
 * Redis loses come back through the sweeper, so this warns and does not refuse.
 */
export function redisHealthOf(info: string): QueueState {
  const fields = fieldsOf(info);
  const policy = fields.get('maxmemory_policy') ?? 'unknown';
  const appendOnly = fields.get('aof_enabled') === '1';
  const writable = (fields.get('role') ?? 'master') === 'master';
  const warnings = [
    ...(policy === 'noeviction'
      ? []
      : [`Redis may throw jobs away: maxmemory-policy is ${policy}. Set it to noeviction.`]),
    ...(appendOnly
      ? []
      : [
          'Redis forgets jobs when it restarts: appendonly is off. Set appendonly yes; until then the sweeper enqueues them again.',
        ]),
    ...(writable ? [] : ['This Redis is a replica and takes no jobs. Point REDIS_URL at the primary.']),
  ];
  return { ready: writable, detail: { backend: 'redis', policy, appendOnly }, warnings };
}
