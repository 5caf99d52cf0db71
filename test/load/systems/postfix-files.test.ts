import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mainCf, masterCf, openDkimConf, saslConf } from './postfix-files.ts';

const plan = {
  folder: '/srv/peer',
  smtpPort: 2601,
  milterPort: 2602,
  sinkPort: 2603,
  domain: 'acme.test',
  selector: 'rsa',
};

test('every path of the peer is below its own folder', () => {
  const paths = [mainCf, masterCf, saslConf, openDkimConf]
    .flatMap((make) => make(plan).split(/[\s=]+/))
    .filter((word) => word.startsWith('/'));
  assert.ok(paths.length >= 6);
  for (const path of paths) assert.ok(path.startsWith('/srv/peer'), path);
});

test('the peer listens and delivers on loopback only, signs, and wants a login', () => {
  const main = mainCf(plan);
  assert.match(main, /^inet_interfaces = 127\.0\.0\.1$/m);
  assert.match(main, /^relayhost = \[127\.0\.0\.1\]:2603$/m);
  assert.match(main, /^smtpd_milters = inet:127\.0\.0\.1:2602$/m);
  assert.match(main, /^smtpd_relay_restrictions = permit_sasl_authenticated, reject$/m);
  assert.match(masterCf(plan), /^127\.0\.0\.1:2601 inet n - n - - smtpd$/m);
  assert.match(openDkimConf(plan), /^Socket inet:2602@127\.0\.0\.1$/m);
});

test('no service of the peer runs in a chroot', () => {
  for (const line of masterCf(plan).trim().split('\n')) assert.equal(line.split(/\s+/)[4], 'n', line);
});
