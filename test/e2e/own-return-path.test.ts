import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openResolver } from '@waybill/io/dns/resolver';
import { devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import {
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  newTenant,
  signaturesOf,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { bounceOf } from '../support/bounce.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

test('mail of a domain with verified records leaves with its own return path, the trace says why, and a bounce comes back', async () => {
  const { smtp, credential, returnPath } = dev.file;
  const api = firstAccount(dev.file);
  const to = freshRecipient('ada', 'sandbox.test');
  const raw = `From: app@acme.test\nTo: ${to}\nSubject: Own return path\n\nHello\n`;
  const reply = await submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw });
  const { mail_from: mailFrom } = await caughtBy(api, to);
  assert.match(mailFrom, /^b-[0-9a-z]+@bounce\.acme\.test$/);
  const id = messageIdIn(reply);
  const trace = await traceAt(api, id, 'delivered');
  const note = trace.entries.find(({ step }: Json) => step === 'set-return-path');
  assert.equal(note.detail.return_path, mailFrom);
  assert.match(note.reason, /The records of bounce\.acme\.test are verified/);

  await submit({ port: returnPath.port, mailFrom: '', to: mailFrom, raw: bounceOf(to) });
  await traceAt(api, id, 'bounced');
  const forged = mailFrom.replace('b-0', 'b-1');
  assert.notEqual(forged, mailFrom);
  await assert.rejects(
    submit({ port: returnPath.port, mailFrom: '', to: forged, raw: bounceOf(to) }),
    /recipient_unknown/,
  );
});

test('a rotation leaves no message whose signature cannot be verified, and keeps the retired key in DNS', async (t) => {
  const { api, domain, login } = await newTenant(dev.file, 'rotating');
  const { sandboxDns } = devPorts(dev.file.smtp.port - devPorts(0).smtp);
  const resolver = openResolver({ resolver: `127.0.0.1:${sandboxDns}`, cacheMs: 0 });
  t.after(() => resolver.close());
  const [{ id }] = (await api.get('/v1/domains')).data;
  const published = async () => {
    const { dkim_keys: keys, records } = await api.get(`/v1/domains/${id}`);
    return { keys, records: records.filter(({ purpose }: Json) => purpose === 'dkim') };
  };
  const send = async (): Promise<Buffer> => {
    const to = freshRecipient('ada', 'sandbox.test');
    const raw = `From: app@${domain}\nTo: ${to}\nSubject: Rotation\n\nHello\n`;
    await submit({ port: dev.file.smtp.port, auth: login, mailFrom: `app@${domain}`, to, raw });
    return (await caughtBy(api, to)).raw;
  };
  const dkim = async (bytes: Buffer) => {
    const { records } = await published();
    const keys = records.map(({ name, value }: Json) => ({
      domain,
      selector: name.split('._domainkey.')[0],
      txt: value,
    }));
    return signaturesOf(bytes, { ...dev.file, dkim: keys });
  };

  const before = await send();
  await api.post(`/v1/domains/${id}/dkim/rotate`);
  const during = await send();
  const old = (await published()).keys.filter(({ state }: Json) => state === 'active');
  await api.post(`/v1/domains/${id}/verify`);
  const fresh = await eventually('signed with the new key', async () => {
    const bytes = await send();
    return old.some(({ selector }: Json) => bytes.includes(`s=${selector};`)) ? undefined : bytes;
  });
  for (const bytes of [before, during, fresh]) {
    const signatures = await dkim(bytes);
    assert.deepEqual(
      signatures.map(({ result }) => result),
      ['pass', 'pass'],
    );
  }
  for (const { selector } of old) {
    const answer = await resolver.txt(`${selector}._domainkey.${domain}`);
    assert.equal(answer.kind, 'found', `${selector} is gone from DNS`);
  }
});
