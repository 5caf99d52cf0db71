import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openTestDatabase } from '../../support/database.ts';

const opened = await openTestDatabase();
after(() => opened.close());

test('a caller that waits for a stopped server gets an error, and the next caller is served', async () => {
  const troubles: Error[] = [];
  const database = openDatabase({
    url: opened.url,
    applicationName: 'silent',
    statementTimeoutMs: 300,
    poolSize: 1,
    onTrouble: (error) => void troubles.push(error),
  });
  const { rows } = await database.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const [backend] = rows;
  assert.ok(backend);
  process.kill(backend.pid, 'SIGSTOP');
  try {
    const error = await database.pool.query('SELECT 1').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(isConnectionTrouble(error), String(error));
  } finally {
    process.kill(backend.pid, 'SIGCONT');
  }
  assert.equal((await database.pool.query('SELECT 1 AS one')).rows[0].one, 1);
  await database.close();
});
