import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { type RecheckPorts, recheckDomains } from './recheck-domains.ts';

type Domain = Awaited<ReturnType<RecheckPorts['senderDomains']['all']>>[number];

const now = new Date('2026-03-02T10:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
const publicKey = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';

const aDomain = (domain: string, some: Partial<Domain> = {}): Domain => ({
  id: domain,
  accountId: 'acme',
  domain,
  status: 'verified',
  returnPathStatus: 'pending',
  checkedAt: hoursAgo(24),
  keys: [{ id: 'k', selector: 'wb1', algorithm: 'rsa', publicKey, state: 'active', retiredAt: undefined }],
  ...some,
});

/** Domains that start with `good` have DKIM records; `away` gets no answer; `broken` throws. */
function open(rows: readonly Domain[]) {
  const stored = new Map(rows.map((row) => [row.id, row]));
  const asked = new Set<string>();
  const ports: RecheckPorts = {
    log: openLog({ level: 'silent', name: 'test' }),
    now: () => now,
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    lookUp: {
      async txt(name) {
        asked.add(name.split('.').slice(-2).join('.'));
        if (name.includes('broken')) throw new Error('an internal error');
        if (name.includes('away')) return { kind: 'temporary' };
        const stands = name.includes('good') && name.startsWith('wb1.');
        return stands ? { kind: 'found', records: [`v=DKIM1; k=rsa; p=${publicKey}`] } : { kind: 'none' };
      },
      mx: async () => ({ kind: 'none' }),
    },
    senderDomains: {
      async all({ limit, after }) {
        const from = after === undefined ? 0 : rows.findIndex(({ id }) => id === after) + 1;
        return rows.slice(from, from + limit);
      },
      async saveChecks(_account, id, { status, at }) {
        const row = stored.get(id);
        if (row) stored.set(id, { ...row, status, checkedAt: at });
      },
      switchKeys: async () => undefined,
      one: async (_account, id) => stored.get(id),
    },
  };
  return { ports, asked, statusOf: (id: string) => stored.get(id)?.status };
}

const never = new AbortController().signal;

test('what stands stays, what disappeared is degraded, what is back recovers, and no answer changes nothing', async () => {
  const { ports, statusOf } = open([
    aDomain('good.test'),
    aDomain('gone.test'),
    aDomain('good-again.test', { status: 'degraded' }),
    aDomain('away.test'),
  ]);
  assert.deepEqual(await recheckDomains(ports, never), { checked: 4, changed: 2, failed: 0 });
  assert.deepEqual(['good.test', 'gone.test', 'good-again.test', 'away.test'].map(statusOf), [
    'verified',
    'degraded',
    'verified',
    'verified',
  ]);
});

test('domains that were checked today, were never verified, or belong to the installation are not looked up', async () => {
  const { ports, asked } = open([
    aDomain('fresh.test', { checkedAt: hoursAgo(3) }),
    aDomain('pending.test', { status: 'pending' }),
    aDomain('own.test', { accountId: undefined }),
    aDomain('good.test'),
  ]);
  assert.equal((await recheckDomains(ports, never)).checked, 1);
  assert.deepEqual([...asked], ['good.test']);
});

test('an error of one domain does not prevent the checks of the others, page after page', async () => {
  const many = Array.from({ length: 25 }, (_, index) => aDomain(`gone-${index}.test`));
  const { ports } = open([...many.slice(0, 12), aDomain('broken.test'), ...many.slice(12)]);
  assert.deepEqual(await recheckDomains(ports, never), { checked: 25, changed: 25, failed: 1 });
});

test('a worker that stops does not go on asking', async () => {
  const { ports, asked } = open([aDomain('good.test')]);
  assert.deepEqual(await recheckDomains(ports, AbortSignal.abort()), { checked: 0, changed: 0, failed: 0 });
  assert.equal(asked.size, 0);
});
