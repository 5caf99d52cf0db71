import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import type { DomainDns } from '@waybill/relay/domains/domain-dns';
import type { DkimKeyRecord } from '@waybill/relay/management/records';
import { domainStores } from './domain-stores.test-support.ts';
import { type RecheckPorts, recheckDomains } from './recheck-domains.ts';

type Domain = Awaited<ReturnType<RecheckPorts['stores']['senderDomains']['all']>>[number];

const now = new Date('2026-03-02T10:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
const publicKey = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';
const account = '019a0000-0000-7000-8000-000000000001';

const aKey = (some: Partial<DkimKeyRecord> = {}): DkimKeyRecord => ({
  id: '019a0000-0000-7000-8000-000000000002',
  selector: 'wb1',
  algorithm: 'rsa',
  publicKey,
  state: 'active',
  createdAt: hoursAgo(24),
  retiredAt: undefined,
  ...some,
});

let made = 0;
const aDomain = (domain: string, some: Partial<Domain> = {}): Domain => ({
  id: `019a0000-0000-7000-8000-${String(made++).padStart(12, '0')}`,
  accountId: account,
  domain,
  status: 'verified',
  returnPathStatus: 'pending',
  trackingHost: undefined,
  trackingStatus: 'pending',
  dkimRecord: 'txt',
  dkimRotation: 'manual',
  zone: undefined,
  checks: [],
  createdAt: hoursAgo(24),
  verifiedAt: hoursAgo(24),
  checkedAt: hoursAgo(24),
  keys: [aKey()],
  ...some,
});

/** Domains that start with `good` have DKIM records; `away` gets no answer; `broken` throws. */
const lookUp = (asked: Set<string>): DomainDns => ({
  zoneOf: async () => ({ kind: 'unknown' }),
  async ask(name) {
    asked.add(name.split('.').slice(-2).join('.'));
    if (name.includes('broken')) throw new Error('an internal error');
    const stands = name.includes('good') && name.startsWith('wb1.');
    const found = { kind: 'found', records: [`v=DKIM1; k=rsa; p=${publicKey}`], ttlSeconds: 60 } as const;
    const none = { kind: 'none', ttlSeconds: 60 } as const;
    const reply = name.includes('away') ? ({ kind: 'temporary' } as const) : stands ? found : none;
    return [{ server: 'ns', isAuthoritative: true, reply }];
  },
});

function open(rows: readonly Domain[]) {
  const stored = new Map(rows.map((row) => [row.id, row]));
  const asked = new Set<string>();
  const rotated: string[] = [];
  const ports: RecheckPorts = {
    log: openLog({ level: 'silent', name: 'test' }),
    now: () => now,
    random: (size) => Buffer.alloc(size),
    makeDkimKeys: async () => [{ algorithm: 'rsa', publicKey: 'AAAA', privateKeyPem: 'PEM' }],
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    lookUp: lookUp(asked),
    stores: domainStores({
      async all({ limit, after }) {
        const from = after === undefined ? 0 : rows.findIndex(({ id }) => id === after) + 1;
        return rows.slice(from, from + limit);
      },
      async saveChecks(_account, id, { status, at }) {
        const row = stored.get(id);
        if (row) stored.set(id, { ...row, status, checkedAt: at });
      },
      async addKeys(_account, id) {
        rotated.push(stored.get(id)?.domain ?? '');
        return stored.get(id);
      },
      one: async (_account, id) => stored.get(id),
    }),
  };
  const statusOf = (row: Domain) => stored.get(row.id)?.status;
  return { ports, asked, rotated, statusOf };
}

const never = new AbortController().signal;

test('what stands stays, what disappeared is degraded, what is back recovers, and no answer changes nothing', async () => {
  const rows = [
    aDomain('good.test'),
    aDomain('gone.test'),
    aDomain('good-again.test', { status: 'degraded' }),
    aDomain('away.test'),
  ];
  const { ports, statusOf } = open(rows);
  assert.deepEqual(await recheckDomains(ports, never), { checked: 4, changed: 2, failed: 0, rotated: 0 });
  assert.deepEqual(rows.map(statusOf), ['verified', 'degraded', 'verified', 'verified']);
});

test('domains that were checked today, were never verified, or belong to the installation are not looked up', async () => {
  const { ports, asked } = open([
    aDomain('fresh.test', { checkedAt: hoursAgo(3) }),
    aDomain('pending.test', { status: 'pending' }),
    aDomain('own.test', { accountId: undefined }),
    aDomain('good.test'),
  ]);
  assert.equal((await recheckDomains(ports, never)).checked, 1);
  assert.ok(![...asked].some((name) => /fresh|pending|own/.test(name)));
});

test('an error of one domain does not prevent the checks of the others, page after page', async () => {
  const many = Array.from({ length: 25 }, (_, index) => aDomain(`gone-${index}.test`));
  const { ports } = open([...many.slice(0, 12), aDomain('broken.test'), ...many.slice(12)]);
  assert.deepEqual(await recheckDomains(ports, never), { checked: 25, changed: 25, failed: 1, rotated: 0 });
});

test('a worker that stops does not go on asking', async () => {
  const { ports, asked } = open([aDomain('good.test')]);
  assert.deepEqual(await recheckDomains(ports, AbortSignal.abort()), {
    checked: 0,
    changed: 0,
    failed: 0,
    rotated: 0,
  });
  assert.equal(asked.size, 0);
});

const yearOld = [aKey({ createdAt: hoursAgo(366 * 24) })];

test('keys that are a year old are renewed where the owner asked for it, once at a time', async () => {
  const waiting = aKey({ id: '019a0000-0000-7000-8000-00000000000a', selector: 'wb2', state: 'published' });
  const { ports, rotated } = open([
    aDomain('good-due.test', { dkimRotation: 'yearly', keys: yearOld }),
    aDomain('good-manual.test', { keys: yearOld }),
    aDomain('good-young.test', { dkimRotation: 'yearly' }),
    aDomain('good-begun.test', { dkimRotation: 'yearly', keys: [...yearOld, waiting] }),
  ]);
  assert.equal((await recheckDomains(ports, never)).rotated, 1);
  assert.deepEqual(rotated, ['good-due.test']);
});
