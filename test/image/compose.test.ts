// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references of docker-compose.yml look like this
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '@waybill/io/config/config';
import { productionEnvironment } from '@waybill/io/config/production';
import { settings } from '@waybill/io/config/settings';
import {
  type Environment,
  filledExample,
  interpolate,
  ownServices,
  readComposeFile,
  root,
  variablesNamed,
} from './compose-file.ts';

/** Settings that no container gets, and why. */
const leftOut: Readonly<Record<string, string>> = {
  WAYBILL_MASTER_KEY_FILE: 'the key comes as WAYBILL_MASTER_KEY',
  WAYBILL_DEVELOPMENT: 'for waybill dev only',
  SMTP_CLEARTEXT_PORT: 'passwords in clear are for loopback only',
};

const apps = ['ingress', 'worker', 'sender', 'tracker', 'api', 'sandbox'];

const environmentOf = async (name: string, variables: Environment): Promise<Environment> =>
  (await readComposeFile(variables)).services[name]?.environment ?? {};

test('a compose variable is taken, defaulted or demanded as the documentation says', () => {
  assert.equal(interpolate('${A}-$A-$$A', { A: 'x' }), 'x-x-$A');
  assert.equal(interpolate('${A:-b}${A-c}', { A: '' }), 'b');
  assert.equal(interpolate('${A:-b}${A-c}', {}), 'bc');
  assert.equal(interpolate('${A?none}', { A: '' }), '');
  assert.throws(() => interpolate('${A:?none}', { A: '' }), /A: none/);
  assert.throws(() => interpolate('${A:+b}', { A: 'x' }), /no reference/);
});

test('every documented setting reaches every container', async () => {
  const file = await readComposeFile(await filledExample());
  for (const [name, { environment = {} }] of ownServices(file)) {
    const missing = Object.keys(settings).filter((one) => !(one in environment) && !(one in leftOut));
    assert.deepEqual(missing, [], `settings that ${name} does not get`);
    const unknown = Object.keys(environment).filter((one) => !(one in settings));
    assert.deepEqual(unknown, [], `variables of ${name} that are no settings`);
  }
});

test('with the example filled in, every container has usable settings', async () => {
  const file = await readComposeFile(await filledExample());
  assert.deepEqual([...ownServices(file).keys()].toSorted(), [...apps, 'migrate'].toSorted());
  for (const [name, { environment = {} }] of ownServices(file)) {
    const config = loadConfig(productionEnvironment(environment, [name]));
    assert.equal(new URL(config.DATABASE_URL).username, 'waybill', name);
    assert.equal(config.DELIVERY_MODE, 'mx', name);
  }
});

test('any password of PostgreSQL arrives as it was given', async () => {
  for (const password of ['p@ss/w:rd#1%20', '$HOME', 'a b', "it's", '${X:-y}']) {
    const variables = { ...(await filledExample()), POSTGRES_PASSWORD: password };
    const file = await readComposeFile(variables);
    assert.equal(file.services.postgres?.environment?.POSTGRES_PASSWORD, password);
    const { DATABASE_URL } = loadConfig(file.services.api?.environment ?? {});
    assert.equal(decodeURIComponent(new URL(DATABASE_URL).password), password);
  }
});

test('each variable that the example lists is demanded by name, or has a default', async () => {
  const variables = await filledExample();
  const withDefault = ['TLS_FOLDER', 'TRUST_PROXY'];
  for (const name of Object.keys(variables)) {
    const { [name]: _, ...rest } = variables;
    if (withDefault.includes(name)) await assert.doesNotReject(readComposeFile(rest));
    else await assert.rejects(readComposeFile(rest), new RegExp(`^Error: ${name}: `));
  }
});

test('each optional variable reaches the containers when it is set, and is absent when it is not', async () => {
  const variables = await filledExample();
  const optional = (await variablesNamed()).filter((name) => !(name in variables));
  assert.ok(optional.length > 10);
  for (const name of optional) {
    assert.equal((await environmentOf('worker', variables))[name], '', name);
    assert.equal((await environmentOf('worker', { ...variables, [name]: 'given' }))[name], 'given', name);
  }
});

const servedPorts: Readonly<Record<string, readonly string[]>> = {
  ingress: [
    'SMTP_RELAY_PORT',
    'SMTP_RETURN_PATH_PORT',
    'SMTP_SUBMISSION_PORT',
    'SMTP_SUBMISSIONS_PORT',
    'SMTP_ALTERNATE_PORT',
  ],
  tracker: ['TRACKER_PORT'],
  api: ['API_PORT'],
};

test('every published port is one that its app serves', async () => {
  const file = await readComposeFile(await filledExample());
  for (const [name, { ports = [], environment = {} }] of ownServices(file)) {
    const served = (servedPorts[name] ?? []).map((setting) => environment[setting]);
    for (const port of ports) assert.ok(served.includes(port.split(':').at(-1)), `${name} publishes ${port}`);
  }
  assert.deepEqual(file.services.ingress?.ports, ['25:2526', '587:2587', '465:2465', '2525:2525']);
});

test('port 25 of the host reaches the relay and the return paths', async () => {
  const { SMTP_RELAY_PORT, SMTP_RETURN_PATH_PORT } = await environmentOf('ingress', await filledExample());
  assert.equal(SMTP_RELAY_PORT, '2526');
  assert.equal(SMTP_RETURN_PATH_PORT, SMTP_RELAY_PORT);
});

test('image and lock file have the same Node', async () => {
  const dockerfile = await readFile(join(root, 'infra/docker/Dockerfile'), 'utf8');
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const images = [...dockerfile.matchAll(/^FROM node:(\S+?)-/gm)].map(([, version]) => version);
  assert.deepEqual(new Set(images), new Set([lock.packages['node_modules/node'].version]));
});

test('no secret of the host gets into the image', async () => {
  const ignored = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
  for (const pattern of ['.env', '.waybill', '.git', 'infra']) assert.ok(ignored.includes(pattern), pattern);
});

const noVariables = join(mkdtempSync(join(tmpdir(), 'compose-')), 'env');
writeFileSync(noVariables, '');
after(() => rmSync(dirname(noVariables), { recursive: true }));

const dockerCompose = (args: readonly string[], variables: Environment, envFile = noVariables) =>
  spawnSync('docker-compose', ['-f', 'docker-compose.yml', '--env-file', envFile, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...variables },
  });

const version = dockerCompose(['version', '--short'], {}).stdout ?? '';
const without = version.startsWith('1.')
  ? false
  : 'docker-compose 1.x is not installed (Debian: docker-compose)';

test('docker-compose 1.29 resolves the file as we do', { skip: without }, async () => {
  const { parse } = await import('yaml');
  const variables = { ...(await filledExample()), LOG_LEVEL: 'debug', POSTGRES_PASSWORD: 'p@$$w#1' };
  const run = dockerCompose(['config'], variables);
  assert.equal(run.status, 0, run.stderr);
  const resolved = parse(run.stdout).services;
  const ours = await readComposeFile(variables);
  for (const name of Object.keys(ours.services)) {
    // In its output a $ is written twice.
    const theirs = Object.entries(resolved[name].environment ?? {}).map(([key, value]) => [
      key,
      String(value).replaceAll('$$', '$'),
    ]);
    assert.deepEqual(Object.fromEntries(theirs), { ...ours.services[name]?.environment }, name);
  }
});

test('docker-compose 1.29 names the variable that is missing', { skip: without }, async () => {
  const { DELIVERY_MODE: _, ...variables } = await filledExample();
  const run = dockerCompose(['config', '--quiet'], variables);
  assert.notEqual(run.status, 0);
  assert.match(run.stderr, /DELIVERY_MODE.*set it in \.env to mx, smarthost or sandbox/);
});
