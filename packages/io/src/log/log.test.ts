import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { publicId } from '@waybill/relay/id';
import { type Log, openLog } from './log.ts';

const captured = (write: (log: Log) => void): readonly string[] => {
  const lines: string[] = [];
  write(openLog({ level: 'info', name: 'test' }, { write: (line: string) => lines.push(line) }));
  return lines;
};
const one = (write: (log: Log) => void): Record<string, unknown> => JSON.parse(captured(write)[0] ?? '');

test('a line is one JSON object with level, time and name', () => {
  const line = one((log) => log.info({ deliveryId: 'd' }, 'deferred'));
  assert.deepEqual([line.level, line.name, line.delivery_id, line.msg], ['info', 'test', 'd', 'deferred']);
  assert.ok(!Number.isNaN(Date.parse(String(line.time))));
});

test('a line has the names of the API: snake_case, ids with their prefix, in every child too', () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  const line = one((log) =>
    log.child({ accountId: id }).info({ messageId: id, session: { clientIp: '192.0.2.1' } }, 'x'),
  );
  assert.deepEqual(
    [line.account_id, line.message_id, line.session],
    [publicId('acc', id), publicId('msg', id), { client_ip: '192.0.2.1' }],
  );
  assert.ok(!JSON.stringify(line).includes(id));
});

test('text of a client can neither start a line nor control a terminal', () => {
  const hostile = '\n{"level":"fatal"}\r\n\u001b]0;owned\u0007\u0000\u0085\u2028';
  const lines = captured((log) => log.info({ heloName: hostile, nested: { subject: hostile } }, hostile));
  assert.equal(lines.length, 1);
  const body = (lines[0] ?? '').slice(0, -1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  assert.doesNotMatch(body, /[\u0000-\u001f]/);
  assert.equal(JSON.parse(body).helo_name, hostile);
});

test('a confirmation link that another server quotes in its reply is not logged', () => {
  const token = `wb_link_${'a1'.repeat(16)}`;
  const said = `550 5.7.1 blocked: https://relay.example/confirm/${token}`;
  const lines = captured((log) => {
    log.info({ reason: said, reply: { text: said } }, 'attempted');
    log.child({ reason: said }).error({ err: new Error(said) }, 'attempt broke off');
  });
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(''), new RegExp(token));
  assert.match(lines.join(''), /550 5\.7\.1 blocked/);
});

test('secrets in the first three levels of a line are not logged', () => {
  const secret = 'hunter2';
  const lines = captured((log) => {
    log.info({ password: secret, account: { cramSecret: secret }, a: { b: { token: secret } } }, 'x');
    log.child({ apiKey: secret }).warn({ smarthostUrl: secret, key: { privateKeyPem: secret } }, 'y');
    log.info({ bytes: Buffer.from(secret), message: { source: secret } }, 'z');
  });
  assert.equal(lines.length, 3);
  assert.doesNotMatch(lines.join(''), /hunter2/);
});

test('an error is logged with its cause', () => {
  const err = new Error('outer', { cause: new Error('inner') });
  const line = JSON.stringify(one((log) => log.error({ err }, 'failed')));
  assert.match(line, /outer/);
  assert.match(line, /inner/);
});

test('a line below the level is not written, and a child has its fields in every line', () => {
  const lines = captured((log) => {
    log.debug('quiet');
    log.child({ queue: 'accepted' }).info('loud');
  });
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines[0] ?? '').queue, 'accepted');
});

test('a full disk loses log lines and does not end the process', { skip: !existsSync('/dev/full') }, () => {
  const script = `
    const { openLog } = await import(${JSON.stringify(new URL('./log.ts', import.meta.url).href)});
    const log = openLog({ level: 'info', name: 'test' });
    for (let line = 0; line < 100; line++) {
      log.error({ line, err: new Error('no') }, 'failed');
      if (line % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.exitCode = 42;`;
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', full, 'pipe'],
    timeout: 20_000,
  });
  closeSync(full);
  assert.equal(status, 42, String(stderr));
});
