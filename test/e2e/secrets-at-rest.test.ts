/** A dump of the database is not enough to log in, to sign, or to forge a webhook. docs/reliability.md S08, S23. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Api, firstAccount } from '../support/black-box.ts';
import { openDatabaseOf, openDev, type TestDev } from '../support/dev.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

/** A private key as PEM, and the middle of its DER as base64, which holds the exponents. */
function privateKey(): { readonly pem: string; readonly inside: string } {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, inside: pem.split('\n')[10] ?? '' };
}

/** One of every secret that an account makes or brings, by what it is. */
async function secretsOf(api: Api): Promise<ReadonlyMap<string, string>> {
  const name = `at rest ${randomUUID().slice(0, 8)}`;
  const credential = await api.post('/v1/smtp-credentials', { name });
  const recoverable = await api.post('/v1/smtp-credentials', { name: `${name} cram`, cram_md5: true });
  const rotated = await api.post(`/v1/smtp-credentials/${credential.id}/rotate`, {});
  const key = await api.post('/v1/api-keys', { name, scopes: ['messages:read'] });
  const webhook = await api.post('/v1/webhooks', { url: 'https://hooks.example/at-rest', events: ['*'] });
  const newSecret = await api.post(`/v1/webhooks/${webhook.id}/rotate-secret`, {});
  const domain = await api.post('/v1/domains', { domain: `at-rest-${randomUUID().slice(0, 8)}.example` });
  const dkim = privateKey();
  await api.post(`/v1/domains/${domain.id}/dkim-keys`, { selector: 'own', private_key: dkim.pem });
  return new Map(
    Object.entries({
      'an SMTP password': credential.secret,
      'an SMTP password for CRAM-MD5': recoverable.secret,
      'an SMTP password after rotation': rotated.secret,
      'the secret of an API key': String(key.key).split('_').at(-1),
      'the secret of a webhook': webhook.secret,
      'the secret of a webhook after rotation': newSecret.secret,
      'an imported DKIM key': dkim.inside,
      'the password of a user': dev.file.dashboard.password,
      'the secret of the first SMTP credential': dev.file.credential.password,
      'the secret of the operator': dev.file.api.operatorKey.split('_').at(-1) ?? '',
    }),
  );
}

/** Every row of every table as text; bytes are in hexadecimal. */
async function* dump(): AsyncGenerator<{ readonly table: string; readonly row: string }> {
  const database = await openDatabaseOf(dev);
  try {
    const { rows: tables } = await database.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name: table } of tables) {
      const { rows } = await database.query<{ row: string }>(`SELECT one::text AS row FROM ${table} one`);
      for (const { row } of rows) yield { table, row };
    }
  } finally {
    await database.end();
  }
}

/** As it is, and as bytes, base64 and base64url would show it. */
const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
};

test('no table holds a secret that was shown once, nor a private key', async () => {
  const secrets = await secretsOf(firstAccount(dev.file));
  for (const [what, secret] of secrets) assert.ok(secret.length >= 16, what);
  const forms = [...secrets].flatMap(([what, secret]) => formsOf(secret).map((form) => ({ what, form })));
  const key = Buffer.from('PRIVATE KEY-----').toString('hex');
  const found: string[] = [];
  let rows = 0;
  for await (const { table, row } of dump()) {
    rows++;
    for (const { what, form } of forms) if (row.includes(form)) found.push(`${what} in ${table}`);
    if (row.includes('PRIVATE KEY-----') || row.includes(key)) found.push(`a private key in ${table}`);
  }
  assert.ok(rows > 100, 'the dump holds the installation');
  assert.deepEqual(found, []);
});
