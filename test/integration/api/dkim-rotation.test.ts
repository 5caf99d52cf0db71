/**
 * No signature fails at any moment of a rotation: at each step mail is signed as the worker signs it, and every message that was signed
 * so far is verified by mailauth against the DNS of that moment.
 */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { signDkim } from '@waybill/mail/dkim';
import { parseHeaders } from '@waybill/mail/headers';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const zone = new Map<string, readonly string[]>();
const day = 24 * 60 * 60_000;
let clock = Date.now();

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi({ dependencies: { lookUp: dnsIn(zone), now: () => new Date(clock) } });
  account = await api.makeAccount();
});
after(() => api.close());

const plain = Buffer.from(
  'From: app@turn.example\r\nTo: ada@rcpt.example\r\nSubject: Hello\r\n\r\nHello\r\n',
);
const sent: { readonly mail: Buffer; readonly at: number }[] = [];

/** Signs with the keys that the directory gives at this moment. */
async function send(): Promise<number> {
  const directory = openDirectory({ database: api.test.database, box: api.dependencies.box, ttlMs: 0 });
  const rows = await directory.signingKeys(account.innerId, 'turn.example');
  await directory.close();
  const keys = rows.map(({ privateKeyPem, ...key }) => ({
    ...key,
    privateKey: createPrivateKey(privateKeyPem),
  }));
  const { fields, bodyStart } = parseHeaders(plain);
  const signatures = signDkim({ fields, bodyPieces: [plain.subarray(bodyStart)], keys, at: new Date(clock) });
  const head = Buffer.concat(signatures.map((field) => field.raw));
  sent.push({ mail: Buffer.concat([head, plain]), at: clock });
  return rows.length;
}

async function resolve(name: string): Promise<string[][]> {
  const found = zone.get(name);
  if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  return found.map((text) => [text]);
}

/** Mail is retried for ten days at most: older mail has arrived or was given up. */
const longestRetry = 10 * day;

async function everySignatureVerifies(moment: string): Promise<void> {
  assert.ok((await send()) > 0, `${moment}: mail is signed`);
  const onItsWay = sent.filter(({ at }) => clock - at <= longestRetry);
  for (const { mail } of onItsWay) {
    const { results } = await dkimVerify(mail, { resolver: resolve });
    assert.ok(results.length > 0, moment);
    for (const { status, signingDomain, selector } of results as Json[])
      assert.equal(status.result, 'pass', `${moment}: ${selector} of ${signingDomain}: ${status.comment}`);
  }
}

const publish = (domain: Json): void => {
  for (const { purpose, name, value } of domain.records) if (purpose === 'dkim') zone.set(name, [value]);
};
/** As an owner who deletes every record that is not asked for any more. */
const withdraw = (domain: Json): void => {
  const wanted = new Set(domain.records.map(({ name }: Json) => name));
  for (const name of zone.keys()) if (name.includes('._domainkey.') && !wanted.has(name)) zone.delete(name);
};

test('no signature fails at any moment of a rotation: publish, observe, switch, grace, retire', async () => {
  const domain = (await account.ask('POST /v1/domains', { domain: 'turn.example' })).body;
  const ask = async (what: string): Promise<Json> => (await account.ask(what.replace('ID', domain.id))).body;
  publish(domain);
  await ask('POST /v1/domains/ID/verify');
  await everySignatureVerifies('before the rotation');

  const rotated = await ask('POST /v1/domains/ID/dkim/rotate');
  await everySignatureVerifies('new keys are made and not published');
  await ask('POST /v1/domains/ID/verify');
  await everySignatureVerifies('the check did not see the new keys');

  publish(rotated);
  await everySignatureVerifies('published and not observed');
  const switched = await ask('POST /v1/domains/ID/verify');
  assert.equal(switched.dkim_keys.filter(({ state }: Json) => state === 'active').length, 2);
  await everySignatureVerifies('switched');

  for (let days = 1; days <= 20; days += 1) {
    clock += day;
    withdraw(await ask('GET /v1/domains/ID'));
    await everySignatureVerifies(`day ${days} of the grace period`);
  }
  const retired = switched.dkim_keys.filter(({ state }: Json) => state === 'retired');
  for (const { selector } of retired) assert.equal(zone.has(`${selector}._domainkey.turn.example`), false);
});
