import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { sandboxZone } from '@waybill/io/postgres/mail-store/sandbox-zone';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());
const domains = senderDomains(database, openSecretBox(randomBytes(32)));
const zone = sandboxZone(database);

const at = new Date('2026-03-01T10:00:00Z');
const day = 24 * 60 * 60_000;
const later = (days: number): Date => new Date(at.getTime() + days * day);

type Made = { readonly id: string; readonly keyId: string; readonly accountId: string };

async function addDomain(domain: string, selector: string): Promise<Made> {
  const [id, keyId, accountId] = [someId(), someId(), await addAccount(database)];
  const key = { id: keyId, selector, algorithm: 'rsa', publicKey: 'MIIB', createdAt: at } as const;
  const keys = [{ ...key, state: 'published', privateKeyPem: 'PEM' } as const];
  await domains.create({ id, accountId, domain, createdAt: at, keys });
  return { id, keyId, accountId };
}

const verify = ({ accountId, id }: Made) => domains.saveChecks(accountId, id, uncheckedAs('verified', at));

const published = async (domain: string, now: Date): Promise<readonly string[]> =>
  (await zone.domains(now))
    .filter((one) => one.domain === domain)
    .flatMap(({ keys }) => keys.map(({ selector }) => selector))
    .toSorted();

test('a retired key stays in our own zone for two weeks', async () => {
  const made = await addDomain('retired.test', 'w1');
  await domains.switchKeys(made.accountId, made.id, { activate: [made.keyId], retire: [], at });
  await domains.switchKeys(made.accountId, made.id, { activate: [], retire: [made.keyId], at });
  assert.deepEqual(await published('retired.test', later(13.9)), ['w1']);
  assert.deepEqual(await published('retired.test', later(14)), []);
});

test('what several accounts wait to publish stands side by side, until one of them holds the domain', async () => {
  const first = await addDomain('contested.test', 'w1');
  await addDomain('contested.test', 'w2');
  assert.deepEqual(await published('contested.test', at), ['w1', 'w2']);
  await verify(first);
  assert.deepEqual(await published('contested.test', at), ['w1']);
});

test('a domain that is degraded keeps its zone', async () => {
  const holder = await addDomain('degraded.test', 'w1');
  await verify(holder);
  await addDomain('degraded.test', 'w2');
  await domains.saveChecks(holder.accountId, holder.id, uncheckedAs('degraded', at));
  assert.deepEqual(await published('degraded.test', at), ['w1']);
});
