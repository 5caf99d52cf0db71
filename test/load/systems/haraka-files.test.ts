import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harakaFiles } from './haraka-files.ts';

const files = harakaFiles({
  smtpPort: 2601,
  sinkPort: 2603,
  domain: 'acme.test',
  selector: 'rsa',
  login: { username: 'bench', password: 'secret' },
  privateKey: 'the key\n',
});

test('Haraka listens on loopback only, with two workers, in the foreground', () => {
  const ini = files['config/smtp.ini'] ?? '';
  assert.match(ini, /^listen=127\.0\.0\.1:2601$/m);
  assert.match(ini, /^nodes=2$/m);
  assert.match(ini, /^daemonize=false$/m);
});

test('Haraka wants a login, signs for the domain, and delivers to the sink from its own queue', () => {
  assert.deepEqual(files['config/plugins']?.trim().split('\n'), ['auth/flat_file', 'dkim', 'next_hop']);
  assert.match(files['config/auth_flat_file.ini'] ?? '', /methods=PLAIN\n[\s\S]*\nbench=secret\n/);
  assert.match(files['config/dkim.ini'] ?? '', /^enabled=true$/m);
  assert.equal(files['config/dkim/acme.test/private'], 'the key\n');
  assert.equal(files['config/dkim/acme.test/selector'], 'rsa\n');
  assert.match(files['plugins/next_hop.js'] ?? '', /hook_get_mx.*'127\.0\.0\.1', port: 2603/);
});
