import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redisHealthOf } from './redis-health.ts';

const info = (policy: string, aof: string, role = 'master'): string =>
  `# Memory\r\nmaxmemory_policy:${policy}\r\n# Persistence\r\naof_enabled:${aof}\r\n# Replication\r\nrole:${role}\r\n`;

test('each setting that loses jobs has a warning, with what to do about it', () => {
  assert.deepEqual(redisHealthOf(info('noeviction', '1')).warnings, []);
  assert.match(redisHealthOf(info('allkeys-lru', '1')).warnings.join(), /allkeys-lru.*noeviction/);
  assert.match(redisHealthOf(info('noeviction', '0')).warnings.join(), /appendonly yes/);
  assert.equal(redisHealthOf('').warnings.length, 2);
});

test('a careless Redis is ready all the same, a replica is not', () => {
  assert.ok(redisHealthOf(info('allkeys-lru', '0')).ready);
  const replica = redisHealthOf(info('noeviction', '1', 'slave'));
  assert.ok(!replica.ready);
  assert.match(replica.warnings.join(), /replica/);
});
