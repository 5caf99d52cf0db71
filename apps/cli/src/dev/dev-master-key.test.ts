import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { devMasterKey } from './dev-master-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-key-'));
after(() => rmSync(folder, { recursive: true }));

const given = { WAYBILL_MASTER_KEY: 'ab'.repeat(32) };
const own = { WAYBILL_MASTER_KEY: undefined, WAYBILL_MASTER_KEY_FILE: join(folder, 'master.key') };

test('the embedded database uses the key of its folder, with any environment, and keeps it', () => {
  assert.deepEqual(devMasterKey({}, { folder, databaseUrl: undefined }), own);
  const key = readFileSync(own.WAYBILL_MASTER_KEY_FILE, 'utf8');
  assert.match(key, /^[0-9a-f]{64}\n$/);
  assert.deepEqual(devMasterKey(given, { folder, databaseUrl: undefined }), own);
  assert.equal(readFileSync(own.WAYBILL_MASTER_KEY_FILE, 'utf8'), key);
});

test('a database of the environment uses the key of the environment', () => {
  const databaseUrl = 'postgresql://waybill@db.example/waybill';
  assert.equal(devMasterKey(given, { folder, databaseUrl }).WAYBILL_MASTER_KEY, given.WAYBILL_MASTER_KEY);
  const file = { WAYBILL_MASTER_KEY: '', WAYBILL_MASTER_KEY_FILE: '/run/secrets/key' };
  assert.equal(devMasterKey(file, { folder, databaseUrl }).WAYBILL_MASTER_KEY_FILE, '/run/secrets/key');
  assert.deepEqual(devMasterKey({ WAYBILL_MASTER_KEY: '' }, { folder, databaseUrl }), own);
});
