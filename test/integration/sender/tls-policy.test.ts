import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import tls from 'node:tls';
import type { NoSession } from '@waybill/smtp-client/no-session';
import { openSession } from '@waybill/smtp-client/session';
import type { TlsaRecord, TlsPolicy } from '@waybill/smtp-client/tls-policy';
import { noTranscript } from '@waybill/smtp-client/transcript';
import { testCertificates } from '../../support/certificate.ts';
import { shortTimeouts } from '../../support/sender.ts';
import { openSink } from '../../support/sink.ts';

const certificates = await testCertificates();
const sink = await openSink({ tls: certificates, extensions: ['STARTTLS'] });
after(async () => {
  await sink.close();
  await certificates.close();
});

const ca = readFileSync(certificates.caFile, 'utf8');
const trusting = tls.createSecureContext({ ca });
const issuer = new X509Certificate(ca);
const own = new X509Certificate(readFileSync(certificates.certFile));

const record = (usage: number, certificate: X509Certificate): TlsaRecord => ({
  usage,
  selector: 1,
  matchingType: 1,
  data: createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest(),
});
const otherKey: TlsaRecord = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32) };
const dane = (records: readonly TlsaRecord[], names = ['localhost']): TlsPolicy => ({
  kind: 'dane',
  records,
  names,
});
const verified = (...names: readonly string[]): TlsPolicy => ({ kind: 'verified', names });

const rows: readonly (readonly [string, TlsPolicy, tls.SecureContext | undefined, RegExp | undefined])[] = [
  [
    'verified: an authority that is trusted, and the name',
    verified('mx.test', 'localhost'),
    trusting,
    undefined,
  ],
  ['verified: another name', verified('mx.test'), trusting, /for none of: mx\.test/],
  ['verified: an authority that is not trusted', verified('localhost'), undefined, /does not hold/],
  [
    'DANE-EE: the key of the server, whatever its name and authority',
    dane([record(3, own)], ['x.test']),
    undefined,
    undefined,
  ],
  ['DANE-EE: another key', dane([otherKey]), trusting, /no TLSA record names the certificate/],
  ['DANE-EE: the key of the issuer instead', dane([record(3, issuer)]), trusting, /no TLSA record names/],
  ['DANE-TA: the issuer, and the name', dane([otherKey, record(2, issuer)]), undefined, undefined],
  [
    'DANE-TA: the issuer, and another name',
    dane([record(2, issuer)], ['x.test']),
    trusting,
    /for none of: x\.test/,
  ],
  ['DANE-TA: the key of the server instead', dane([record(2, own)]), trusting, /no TLSA record names/],
  [
    'DANE with no record that SMTP can use: encrypted, no certificate is needed',
    dane([record(1, own)]),
    undefined,
    undefined,
  ],
];

for (const [what, policy, secureContext, failure] of rows)
  test(`${what}: ${failure ? 'no session' : 'a session with TLS'}`, async () => {
    const target = {
      host: 'localhost',
      port: sink.port,
      address: '127.0.0.1',
      localAddress: undefined,
      ehloName: 'relay.example',
      tls: policy,
    };
    const opening = openSession(target, { timeouts: shortTimeouts, secureContext }, noTranscript);
    if (failure) {
      await assert.rejects(opening, ({ outcome }: NoSession) => {
        assert.ok(outcome.kind === 'broken' && outcome.failure === 'tls');
        assert.match(outcome.text, failure);
        return true;
      });
      return;
    }
    const session = await opening;
    assert.ok(session.tls);
    session.connection.destroy();
  });
