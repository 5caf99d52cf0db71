import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './config.ts';
import { productionEnvironment, productionProblems } from './production.ts';

const key = '3f8a1c5e9b7d20461f8e3a5c7b9d0e2f4a6c8e1b3d5f70921b4d6f8a0c2e4f61';
const good = {
  DATABASE_URL: 'postgresql://waybill:secret@127.0.0.1:5432/waybill',
  WAYBILL_MASTER_KEY: key,
  WAYBILL_HOSTNAME: 'smtp.relay.example',
  WAYBILL_PLATFORM_DOMAIN: 'relay.example',
  WAYBILL_RETURN_PATH_DOMAIN: 'bounces.relay.example',
  WAYBILL_PUBLIC_URL: 'https://waybill.relay.example',
  WAYBILL_TRACKER_URL: 'https://t.relay.example',
  DELIVERY_MODE: 'mx',
  TLS_CERT_FILE: '/etc/waybill/tls/fullchain.pem',
  TLS_KEY_FILE: '/etc/waybill/tls/privkey.pem',
};
const everyApp = ['ingress', 'worker', 'sender', 'tracker', 'api'];

const namesOf = (env: Readonly<Record<string, string>>, apps = everyApp): readonly string[] =>
  productionProblems(env, apps).map(({ name }) => name);

test('production listens on 25 for relay and return path, on 587, 465 and 2525, on every address, when no port is set', () => {
  const config = loadConfig(productionEnvironment(good, everyApp));
  const { SMTP_BIND, SMTP_RELAY_PORT, SMTP_RETURN_PATH_PORT } = config;
  assert.deepEqual([SMTP_BIND, SMTP_RELAY_PORT, SMTP_RETURN_PATH_PORT], ['0.0.0.0', 25, 25]);
  const { SMTP_SUBMISSION_PORT, SMTP_SUBMISSIONS_PORT, SMTP_ALTERNATE_PORT, SMTP_CLEARTEXT_PORT } = config;
  assert.deepEqual(
    [SMTP_SUBMISSION_PORT, SMTP_SUBMISSIONS_PORT, SMTP_ALTERNATE_PORT, SMTP_CLEARTEXT_PORT],
    [587, 465, 2525, undefined],
  );
  assert.deepEqual([config.API_PORT, config.TRACKER_PORT], [3000, 3001]);
});

test('a port that is set is used, an empty one counts as absent, and off opens none', () => {
  const set = { ...good, SMTP_RELAY_PORT: '2526', SMTP_SUBMISSION_PORT: '', SMTP_ALTERNATE_PORT: 'off' };
  const config = loadConfig(productionEnvironment(set, everyApp));
  assert.equal(config.SMTP_RELAY_PORT, 2526);
  assert.equal(config.SMTP_SUBMISSION_PORT, 587);
  assert.equal(config.SMTP_ALTERNATE_PORT, undefined);
});

test('without settings production names everything that must be set, each once and with an example', () => {
  assert.throws(
    () => productionEnvironment({}, everyApp),
    (error: Error) => {
      for (const name of Object.keys(good)) {
        const lines = error.message.split('\n').filter((line) => line.startsWith(`  ${name}: `));
        assert.equal(lines.length, 1, `${name} in ${error.message}`);
        assert.match(lines[0] ?? '', new RegExp(`is missing.* Example: ${name}=\\S+`));
      }
      return true;
    },
  );
});

const names = ['WAYBILL_HOSTNAME', 'WAYBILL_PLATFORM_DOMAIN', 'WAYBILL_RETURN_PATH_DOMAIN'];
for (const name of names)
  for (const value of [
    'localhost',
    'LOCALHOST',
    'mail.localhost',
    'localhost.localdomain',
    'waybill.test',
    'Bounces.Waybill.Test.',
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '[::1]',
    '192.0.2.1',
    'smtp',
    'a b.example',
  ])
    test(`${name}=${value} is refused in production`, () => {
      assert.deepEqual(namesOf({ ...good, [name]: value }), [name]);
    });

for (const name of ['WAYBILL_PUBLIC_URL', 'WAYBILL_TRACKER_URL'])
  for (const value of [
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'https://127.8.8.8',
    'http://[::1]:3000',
    'http://0.0.0.0:3000',
    'https://waybill.test',
    'https://t.waybill.test/',
    'not a URL',
  ])
    test(`${name}=${value} is refused in production`, () => {
      assert.deepEqual(namesOf({ ...good, [name]: value }), [name]);
    });

test('real names and addresses are accepted, also those that contain a refused word', () => {
  const real = {
    ...good,
    WAYBILL_HOSTNAME: 'localhost.relay.example',
    WAYBILL_PLATFORM_DOMAIN: 'xn--bcher-kva.example',
    WAYBILL_RETURN_PATH_DOMAIN: 'waybill.test.relay.example.',
    WAYBILL_PUBLIC_URL: 'https://192.0.2.10:8443',
  };
  assert.deepEqual(namesOf(real), []);
});

test('DELIVERY_MODE has no default in production, and its mode needs its own settings', () => {
  assert.deepEqual(namesOf({ ...good, DELIVERY_MODE: '' }), ['DELIVERY_MODE']);
  assert.deepEqual(namesOf({ ...good, DELIVERY_MODE: 'pigeon' }), ['DELIVERY_MODE']);
  assert.deepEqual(namesOf({ ...good, DELIVERY_MODE: 'smarthost' }), ['SMARTHOST_URL']);
  assert.deepEqual(namesOf({ ...good, DELIVERY_MODE: 'sandbox' }), ['SANDBOX_PORT']);
});

test('a master key that is missing, given twice or an example is refused', () => {
  assert.deepEqual(namesOf({ ...good, WAYBILL_MASTER_KEY: '' }), ['WAYBILL_MASTER_KEY']);
  assert.deepEqual(namesOf({ ...good, WAYBILL_MASTER_KEY: '0'.repeat(64) }), ['WAYBILL_MASTER_KEY']);
  assert.deepEqual(namesOf({ ...good, WAYBILL_MASTER_KEY_FILE: '/not/there' }), ['WAYBILL_MASTER_KEY_FILE']);
});

test('a certificate is needed where a submission port opens, and only there', () => {
  const { TLS_CERT_FILE: _cert, TLS_KEY_FILE: _key, ...without } = good;
  assert.deepEqual(namesOf(without), ['TLS_CERT_FILE', 'TLS_KEY_FILE']);
  assert.deepEqual(namesOf(without, ['worker', 'api']), []);
  const closed = {
    ...without,
    SMTP_SUBMISSION_PORT: 'off',
    SMTP_SUBMISSIONS_PORT: 'off',
    SMTP_ALTERNATE_PORT: 'off',
  };
  assert.deepEqual(namesOf(closed), []);
});

test('TRUST_PROXY takes networks and addresses, and is empty by default', () => {
  assert.deepEqual(loadConfig(good).TRUST_PROXY, []);
  assert.deepEqual(loadConfig({ ...good, TRUST_PROXY: '10.1.2.3/8, ::1' }).TRUST_PROXY, [
    '10.0.0.0/8',
    '::1/128',
  ]);
  assert.throws(() => loadConfig({ ...good, TRUST_PROXY: '10.0.0.0/8,proxy.example' }), {
    message: /TRUST_PROXY: holds "proxy\.example", which is no network\. Example: TRUST_PROXY=127\.0\.0\.1/,
  });
});
