import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadMasterKey, makeMasterKeyFile } from './master-key.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-key-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('reads the key from the setting or from the file that it names', async () => {
  const key = randomBytes(32);
  assert.deepEqual(loadMasterKey({ WAYBILL_MASTER_KEY: key.toString('hex') }), key);
  const path = join(folder, 'given');
  await writeFile(path, `${key.toString('hex').toUpperCase()}\n`);
  assert.deepEqual(loadMasterKey({ WAYBILL_MASTER_KEY_FILE: path }), key);
});

test('refuses examples and patterns that were never random', () => {
  const examples = [
    '0'.repeat(64),
    'f'.repeat(64),
    'deadbeef'.repeat(8),
    '0123456789abcdef'.repeat(4),
    '00112233445566778899aabbccddeeff'.repeat(2),
  ];
  for (const example of examples) {
    assert.throws(() => loadMasterKey({ WAYBILL_MASTER_KEY: example }), /example value/, example);
  }
});

test('accepts random keys', () => {
  for (let round = 0; round < 2_000; round++) {
    loadMasterKey({ WAYBILL_MASTER_KEY: randomBytes(32).toString('hex') });
  }
});

test('the error names the problem and how to make a key, and does not show the value', async () => {
  const short = join(folder, 'short');
  await writeFile(short, 'abc123');
  const key = randomBytes(32).toString('hex');
  const cases: readonly (readonly [Parameters<typeof loadMasterKey>[0], RegExp])[] = [
    [{}, /missing.*openssl rand -hex 32/],
    [{ WAYBILL_MASTER_KEY: 'abc123' }, /64 hexadecimal digits/],
    [{ WAYBILL_MASTER_KEY_FILE: short }, /64 hexadecimal digits/],
    [{ WAYBILL_MASTER_KEY_FILE: join(folder, 'nowhere') }, /cannot be read/],
    [{ WAYBILL_MASTER_KEY: key, WAYBILL_MASTER_KEY_FILE: short }, /not both/],
  ];
  for (const [config, message] of cases) {
    assert.throws(
      () => loadMasterKey(config),
      (error: Error) => message.test(error.message) && !error.message.includes('abc123'),
    );
  }
});

test('makes a key file once, which only its owner can read', async () => {
  const path = join(folder, 'made', 'master-key');
  makeMasterKeyFile(path);
  const text = await readFile(path, 'utf8');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(loadMasterKey({ WAYBILL_MASTER_KEY_FILE: path }).length, 32);
  makeMasterKeyFile(path);
  assert.equal(await readFile(path, 'utf8'), text);
});
