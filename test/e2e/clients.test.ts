import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import nodemailer from 'nodemailer';
import { snippetsFor } from '../../apps/cli/src/dev/snippets.ts';
import { assertSigned, caughtBy, firstAccount, freshRecipient } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
let dev: TestDev;
let folder = '';
let caFile = '';
before(async () => {
  dev = await openDev();
  folder = await mkdtemp(join(tmpdir(), 'waybill-clients-'));
  caFile = resolve(root, dev.file.caFile);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await dev.stop();
});

const isInstalled = (program: string): Promise<boolean> =>
  run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );

/** Skips, with the reason printed, where a client is not installed. CI installs all of them. */
async function needs(t: TestContext, program: string): Promise<boolean> {
  if (await isInstalled(program)) return true;
  t.skip(`${program} is not installed here; CI installs it from Debian's packages`);
  return false;
}

/** Debian's own dkimpy, beside mailauth: a second verifier that shares no code with the first. */
async function assertDkimpyAccepts(raw: Buffer): Promise<void> {
  const script = [
    'import sys, json, dkim',
    'keys = json.loads(sys.argv[1])',
    'def txt(name, timeout=5): return keys.get(name.decode().rstrip("."), "").encode() or None',
    'message = sys.stdin.buffer.read()',
    'd = dkim.DKIM(message)',
    'n = sum(1 for name, _ in d.headers if name.lower() == b"dkim-signature")',
    'assert n >= 2, n',
    'assert all(dkim.DKIM(message).verify(i, dnsfunc=txt) for i in range(n))',
    'print("verified", n)',
  ].join('\n');
  const keys = Object.fromEntries(
    dev.file.dkim.map(({ domain, selector, txt }) => [`${selector}._domainkey.${domain}`, txt]),
  );
  const verifying = run('/usr/bin/python3', ['-c', script, JSON.stringify(keys)]);
  verifying.child.stdin?.end(raw);
  assert.match((await verifying).stdout, /^verified [23]/);
}

const hasDkimpy = (): Promise<boolean> =>
  run('/usr/bin/python3', ['-c', 'import dkim, nacl']).then(
    () => true,
    () => false,
  );

async function assertArrivedSigned(to: string, subject: string): Promise<void> {
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  assert.ok(raw.toString('latin1').includes(subject));
  await assertSigned(raw, dev.file, 'acme.test');
  if (await hasDkimpy()) await assertDkimpyAccepts(raw);
}

test('nodemailer sends in clear, over STARTTLS and over TLS', async () => {
  const { smtp, smtpStartTls, smtps, credential } = dev.file;
  const { readFile } = await import('node:fs/promises');
  const ca = await readFile(caFile, 'utf8');
  for (const [place, more] of [
    [smtp, { ignoreTLS: true }],
    [smtpStartTls, { requireTLS: true, tls: { ca } }],
    [smtps, { secure: true, tls: { ca } }],
  ] as const) {
    const to = freshRecipient('nodemailer');
    const transport = nodemailer.createTransport({
      host: place.host,
      port: place.port,
      auth: { user: credential.username, pass: credential.password },
      ...more,
    });
    await transport.sendMail({
      from: 'App <app@acme.test>',
      to,
      subject: `By nodemailer ${place.security}`,
      html: '<a href="https://example.com/">x</a>',
      text: 'x',
    });
    transport.close();
    await assertArrivedSigned(to, `By nodemailer ${place.security}`);
  }
});

const smtplib = (how: {
  readonly connect: string;
  readonly login: string;
  readonly to: string;
  readonly subject: string;
}): string => `
import smtplib, ssl, sys, email.message
context = ssl.create_default_context(cafile=sys.argv[1])
m = email.message.EmailMessage()
m['From'], m['To'], m['Subject'] = 'app@acme.test', '${how.to}', '${how.subject}'
m.set_content('Grüße, see https://example.com/')
m.add_alternative('<p>Grüße <a href="https://example.com/">x</a></p>', subtype='html')
${how.connect}
s.ehlo()
${how.login}
s.send_message(m)
s.quit()
`;

test('Python smtplib logs in by PLAIN, LOGIN and CRAM-MD5, in clear, over STARTTLS and over TLS', async (t) => {
  if (!(await needs(t, 'python3'))) return;
  const { smtp, smtpStartTls, smtps, credential } = dev.file;
  const connects = {
    clear: `s = smtplib.SMTP('127.0.0.1', ${smtp.port})`,
    starttls: `s = smtplib.SMTP('127.0.0.1', ${smtpStartTls.port}); s.starttls(context=context)`,
    tls: `s = smtplib.SMTP_SSL('127.0.0.1', ${smtps.port}, context=context)`,
  };
  for (const [name, connect] of Object.entries(connects)) {
    for (const mechanism of ['plain', 'login', 'cram_md5']) {
      const to = freshRecipient('smtplib');
      const login = `s.user, s.password = '${credential.username}', '${credential.password}'; s.auth('${mechanism.replace('_', '-').toUpperCase()}', s.auth_${mechanism})`;
      await run('python3', [
        '-c',
        smtplib({ connect, login, to, subject: `By smtplib ${mechanism} ${name}` }),
        caFile,
      ]);
      await assertArrivedSigned(to, `By smtplib ${mechanism} ${name}`);
    }
  }
});

test('curl sends by smtp:// and smtps://', async (t) => {
  if (!(await needs(t, 'curl'))) return;
  const { smtp, smtps, credential } = dev.file;
  for (const url of [`smtp://127.0.0.1:${smtp.port}`, `smtps://127.0.0.1:${smtps.port}`]) {
    const to = freshRecipient('curl');
    const file = join(folder, 'curl.eml');
    await writeFile(
      file,
      `From: app@acme.test\r\nTo: ${to}\r\nSubject: By curl\r\n\r\nHello https://example.com/\r\n`,
    );
    const login = `${credential.username}:${credential.password}`;
    await run('curl', [
      '-sS',
      '--url',
      url,
      '--cacert',
      caFile,
      '--user',
      login,
      '--mail-from',
      'app@acme.test',
      '--mail-rcpt',
      to,
      '--upload-file',
      file,
    ]);
    await assertArrivedSigned(to, 'By curl');
  }
});

const canSwaksEncrypt = (): Promise<boolean> =>
  run('perl', ['-MNet::SSLeay', '-MDigest::HMAC_MD5', '-e', '1']).then(
    () => true,
    () => false,
  );

test('swaks sends with PLAIN, LOGIN and CRAM-MD5 over STARTTLS', async (t) => {
  if (!(await needs(t, 'swaks'))) return;
  if (!(await canSwaksEncrypt()))
    return t.skip('swaks lacks Net::SSLeay or Digest::HMAC_MD5; CI installs them');
  const { smtpStartTls, credential } = dev.file;
  for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
    const to = freshRecipient('swaks');
    const login = [
      '--auth',
      mechanism,
      '--auth-user',
      credential.username,
      '--auth-password',
      credential.password,
    ];
    const server = ['--server', `127.0.0.1:${smtpStartTls.port}`, '-tls'];
    await run('swaks', [
      ...server,
      ...login,
      '--from',
      'app@acme.test',
      '--to',
      to,
      '--header',
      'Subject: By swaks',
      '--body',
      'Hello https://example.com/',
    ]);
    await assertArrivedSigned(to, 'By swaks');
  }
});

test('msmtp sends over STARTTLS with our certificate authority', async (t) => {
  if (!(await needs(t, 'msmtp'))) return;
  const { smtpStartTls, credential } = dev.file;
  const to = freshRecipient('msmtp');
  const args = [
    '--host=127.0.0.1',
    `--port=${smtpStartTls.port}`,
    '--auth=plain',
    `--user=${credential.username}`,
    `--passwordeval=echo ${credential.password}`,
  ];
  const sending = run('msmtp', [
    ...args,
    '--tls=on',
    '--tls-starttls=on',
    `--tls-trust-file=${caFile}`,
    '--from=app@acme.test',
    to,
  ]);
  sending.child.stdin?.end(
    `From: app@acme.test\nTo: ${to}\nSubject: By msmtp\n\nHello https://example.com/\n`,
  );
  await sending;
  await assertArrivedSigned(to, 'By msmtp');
});

for (const name of ['swaks', 'curl', 'HTTP', 'nodemailer', 'Python', 'PHP', 'Go']) {
  test(`the printed ${name} snippet works as it is pasted`, async (t) => {
    const snippet = snippetsFor(dev.file).find((one) => one.name === name);
    assert.ok(snippet, `there is a snippet for ${name}`);
    if (!(await needs(t, snippet.needs))) return;
    const api = firstAccount(dev.file);
    const list = '/v1/sandbox/messages?to=ada@example.com&limit=100';
    const before = (await api.get<{ data: unknown[] }>(list)).data.length;
    // Node resolves packages from where the person is: the clone. Go may write its file anywhere.
    const cwd = name === 'nodemailer' ? root : folder;
    await run('bash', ['-c', snippet.shell], { cwd, timeout: 120_000 });
    const arrived = async (): Promise<boolean> =>
      (await api.get<{ data: unknown[] }>(list)).data.length > before;
    await eventually(`the message of ${name} arrived`, arrived);
  });
}
