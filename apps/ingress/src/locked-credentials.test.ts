import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { makeId, parsePublicId, publicId } from '@waybill/relay/id';
import type { AuditEntry } from '@waybill/relay/management/audit';
import type { AccountEvent, Credential } from '@waybill/relay/ports';
import { lockedCredentials } from './locked-credentials.ts';
import type { Lock, LoginAttempt } from './login-throttle.ts';

const start = Date.parse('2030-01-01T00:00:00Z');
const minute = 60_000;
const at = (minutes: number): Date => new Date(start + minutes * minute);
const acme: Credential = {
  id: makeId(at(0), Buffer.alloc(10, 1)),
  accountId: makeId(at(0), Buffer.alloc(10, 2)),
  username: 'acme',
  secretHashes: [],
  cramSecret: undefined,
  scram: undefined,
  streamId: undefined,
  sandbox: false,
  networks: [],
  senderDomains: [],
};
const attempt = (over: Partial<LoginAttempt> = {}): LoginAttempt => ({
  ip: '192.0.2.1',
  username: 'acme',
  at: at(0),
  ...over,
});
const lock = (minutes = 15, of: Lock['of'] = 'user'): Lock => ({ until: at(minutes), of });

function recorder(append?: (entry: AuditEntry) => Promise<void>) {
  const entries: AuditEntry[] = [];
  const events: AccountEvent[] = [];
  const lines: string[] = [];
  const looked: string[] = [];
  const onLocked = lockedCredentials({
    async credentialByUsername(username) {
      looked.push(username);
      return ['acme', publicId('cred', acme.id)].includes(username) ? acme : undefined;
    },
    append: append ?? (async (entry) => void entries.push(entry)),
    tell: async (event) => void events.push(event),
    log: { warn: (_fields: unknown, line?: string) => void lines.push(line ?? '') },
  });
  return { entries, events, lines, looked, onLocked };
}

test('a lock leaves one entry in the audit log of the account, for any number of locked attempts', async () => {
  const { entries, lines, looked, onLocked } = recorder();
  for (let count = 0; count < 500; count += 1)
    onLocked(attempt({ ip: `192.0.2.${count % 9}`, at: new Date(start + count * 1_000) }), lock());
  await turn();
  assert.equal(entries.length, 1);
  const [entry] = entries;
  assert.equal(entry?.action, 'credential.locked');
  assert.equal(entry?.accountId, acme.accountId);
  assert.equal(parsePublicId('cred', entry?.target ?? ''), acme.id);
  assert.deepEqual(entry?.detail, {
    ip: '192.0.2.0',
    username: 'acme',
    until: at(15).toISOString(),
    reason: 'too many failed logins',
  });
  assert.deepEqual(lines, ['credential.locked']);
  assert.equal(looked.length, 1, 'the credential is looked up once');
});

test('the next lock leaves the next entry', async () => {
  const { entries, onLocked } = recorder();
  onLocked(attempt(), lock(15));
  onLocked(attempt({ at: at(16) }), lock(31));
  await turn();
  assert.equal(new Set(entries.map(({ id }) => id)).size, 2);
});

test('two processes, and two names of one credential, write one entry between them', async () => {
  const [here, there] = [recorder(), recorder()];
  here.onLocked(attempt(), lock());
  there.onLocked(attempt({ username: publicId('cred', acme.id), at: at(2) }), lock(16));
  await turn();
  assert.equal(here.entries[0]?.id, there.entries[0]?.id);
  assert.equal(here.events[0]?.id, there.events[0]?.id);
  assert.equal(here.events[0]?.type, 'credential.locked');
  assert.equal(here.events[0]?.detail.credential_id, acme.id);
});

test('the lock of an unknown name or of an address is logged and not recorded', async () => {
  const { entries, lines, onLocked } = recorder();
  onLocked(attempt({ username: 'unknown' }), lock());
  for (const username of ['acme', 'beta']) onLocked(attempt({ username }), lock(15, 'address'));
  await turn();
  assert.equal(entries.length, 0);
  assert.equal(lines.length, 2);
});

test('a record that cannot be written is logged', async () => {
  const { lines, onLocked } = recorder(async () => {
    throw new Error('the database is away');
  });
  onLocked(attempt(), lock());
  await turn();
  await turn();
  assert.deepEqual(lines, ['credential.locked', 'lock not recorded']);
});
