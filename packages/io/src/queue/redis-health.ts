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
 * What `INFO` says of a Redis that is to hold queues. `INFO`, not `CONFIG GET`, which hosted ones forbid. Rings that
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
      : [`Redis may throw rings away: maxmemory-policy is ${policy}. Set it to noeviction.`]),
    ...(appendOnly
      ? []
      : [
          'Redis forgets rings when it restarts: appendonly is off. Set appendonly yes; until then the sweeper rings again.',
        ]),
    ...(writable ? [] : ['This Redis is a replica and takes no rings. Point REDIS_URL at the primary.']),
  ];
  return { ready: writable, detail: { backend: 'redis', policy, appendOnly }, warnings };
}
