/** The README's section "In production", followed to the letter on a fresh database: its commands are taken from the file. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { generate } from 'selfsigned';
import { type Json, submit } from '../support/black-box.ts';
import { bounceOf } from '../support/bounce.ts';
import { freePort, openEmptyDatabase } from '../support/database.ts';
import { type DnsStub, openDnsStub, type StubAnswer } from '../support/dns-stub.ts';
import { eventually } from '../support/eventually.ts';
import { makeOpenFolder } from '../support/open-folder.ts';
import { openSink, type Sink } from '../support/sink.ts';

const root = resolve(import.meta.dirname, '../..');
const exchange = 'mx.example.com';
const exchangeIp = '127.0.0.31';

let folder = '';
let database: Awaited<ReturnType<typeof openEmptyDatabase>>;
let dns: DnsStub;
let mx: Sink;
let shell: Shell;
let started: ChildProcess | undefined;
let startedOutput = '';
let blocks: readonly string[] = [];
let port25 = 0;
let env: Readonly<Record<string, string>> = {};
const zone: Record<string, StubAnswer> = {
  'MX gmail.com': [{ preference: 5, exchange: 'mx.gmail.example' }],
  'MX example.com': [{ preference: 10, exchange }],
  [`A ${exchange}`]: [exchangeIp],
};

type Shell = { run(block: string): Promise<string>; close(): void };

/** One shell for all blocks, as at a terminal; it ends at the first command that fails. */
function openShell(cwd: string, shellEnv: Readonly<Record<string, string>>): Shell {
  const child = spawn('sh', ['-e'], { cwd, env: shellEnv, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let isOver = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  child.once('exit', () => {
    isOver = true;
  });
  let count = 0;
  return {
    async run(block) {
      count += 1;
      const end = `block-${count}-has-ended`;
      const from = output.length;
      child.stdin.write(`${block}\necho ${end}\n`);
      while (!output.includes(end, from)) {
        assert.ok(
          !isOver,
          `a command of this block failed:\n${block}\n${output.slice(from)}${startedOutput.slice(-2000)}`,
        );
        await new Promise((go) => setTimeout(go, 20));
      }
      return output.slice(from, output.indexOf(end, from));
    },
    close: () => child.kill(),
  };
}

/** The shell commands of the section, in their order. */
async function blocksOfReadme(): Promise<readonly string[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const section =
    readme.slice(readme.indexOf('\n## In production\n')).split(/\n## (?!In production)/)[0] ?? '';
  return Array.from(section.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block ?? '');
}

/** The block that has these words: the only one. */
const blockWith = (words: string): string => {
  const found = blocks.filter((block) => block.includes(words));
  assert.equal(found.length, 1, `one block of the README has "${words}"`);
  return found[0] ?? '';
};

async function makeCertificate(): Promise<{ readonly certFile: string; readonly keyFile: string }> {
  const altNames = [{ type: 2 as const, value: 'smtp.relay.example' }];
  const pair = await generate([{ name: 'commonName', value: 'smtp.relay.example' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  await writeFile(files.certFile, pair.cert);
  await writeFile(files.keyFile, pair.private);
  return files;
}

/** What differs on this machine from the host of the README, in documented settings; the environment wins over `.env`. */
async function settingsHere(): Promise<Readonly<Record<string, string>>> {
  const { certFile, keyFile } = await makeCertificate();
  port25 = await freePort();
  return {
    DATABASE_URL: database.url,
    SMTP_BIND: '127.0.0.1',
    SMTP_RELAY_PORT: String(port25),
    SMTP_RETURN_PATH_PORT: String(port25),
    SMTP_SUBMISSION_PORT: String(await freePort()),
    SMTP_SUBMISSIONS_PORT: String(await freePort()),
    SMTP_ALTERNATE_PORT: String(await freePort()),
    API_PORT: String(await freePort()),
    TRACKER_PORT: String(await freePort()),
    TRACKER_SPOOL_DIR: join(folder, 'spool'),
    TLS_CERT_FILE: certFile,
    TLS_KEY_FILE: keyFile,
    RESOLVER: dns.server,
    MX_PORT: String(mx.port),
    ALLOW_PRIVATE_DESTINATIONS: 'true',
  };
}

before(async () => {
  folder = await makeOpenFolder('production');
  database = await openEmptyDatabase();
  dns = await openDnsStub(zone);
  mx = await openSink({ host: exchangeIp });
  blocks = await blocksOfReadme();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(join(root, 'apps/cli/bin/waybill.mjs'), join(bin, 'waybill'));
  const here = await settingsHere();
  // The submission host of the README is this machine, and its certificate is known here.
  const curl = `connect-to = "smtp.relay.example:587:127.0.0.1:${here.SMTP_SUBMISSION_PORT}"\ncacert = "${here.TLS_CERT_FILE}"\n`;
  await writeFile(join(folder, '.curlrc'), curl);
  const path = [bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  env = { PATH: path, HOME: folder, ...here };
  shell = openShell(folder, env);
});
after(async () => {
  shell?.close();
  if (started && started.exitCode === null) {
    started.kill('SIGTERM');
    await once(started, 'exit');
  }
  await mx?.close();
  await dns?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As dns-packet takes the data: a TXT record is strings of at most 255 bytes. RFC 1035 §3.3. */
const answerOf = ({ type, value }: Json): unknown => {
  if (type === 'TXT') return String(value).match(/.{1,255}/gs);
  if (type !== 'MX') return value;
  const [preference, name] = String(value).split(' ');
  return { preference: Number(preference), exchange: name };
};

function publish(record: Json): void {
  const key = `${record.type} ${record.name.toLowerCase()}`;
  const known = zone[key];
  zone[key] = [...(Array.isArray(known) ? known : []), answerOf(record)];
}

test('the settings and the migration of the README work on a fresh database', async () => {
  await shell.run(blockWith('cat > .env'));
  const output = await shell.run(blockWith('waybill migrate'));
  assert.match(output, /Applied: /);
  const records = [...output.matchAll(/^ {2}(\S+\.relay\.example) (TXT) "(.+)"$/gm)];
  assert.equal(records.length, 2, output);
  for (const [, name, type, value] of records) publish({ name, type, value });
});

test('once the records of the platform are published, the doctor of the README finds nothing wrong', async () => {
  const output = await shell.run(blockWith('waybill doctor'));
  assert.match(output, /well +database/);
  assert.match(output, /well +platform domain: .*relay\.example, and the key is in DNS/);
  assert.doesNotMatch(output, /ILL/);
});

test('waybill start of the README runs every app', async () => {
  started = spawn('sh', ['-c', `exec ${blockWith('waybill start')}`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [started.stdout, started.stderr])
    stream?.on('data', (bytes: Buffer) => {
      startedOutput += bytes.toString();
    });
  await eventually(
    'both processes are ready',
    async () => {
      assert.equal(started?.exitCode, null, startedOutput);
      return startedOutput.match(/^\w+ is ready: /gm)?.length === 2 ? true : undefined;
    },
    30,
  );
  assert.match(startedOutput, new RegExp(`host is ready: .*relay ${port25}`));
});

test('the link of the first person opens the page that sets the password', async () => {
  const output = await shell.run(blockWith('waybill operator create'));
  const link = /https:\/\/waybill\.relay\.example(\/\S+)/.exec(output)?.[1];
  assert.ok(link, output);
  const page = await fetch(`http://127.0.0.1:${env.API_PORT}${link}`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /name="password"/);
});

test('an account, and a domain that is verified once its records are published', async () => {
  await shell.run(blockWith('waybill operator-key'));
  const { records } = JSON.parse(await shell.run(blockWith('/v1/domains \'{"domain"')));
  assert.ok(records.length >= 3);
  for (const record of records) publish(record);
  assert.equal((await shell.run(blockWith('/verify'))).trim(), 'verified');
});

test('a message that is submitted over TLS is delivered to the MX, and its bounce comes back through port 25', async () => {
  await shell.run(blockWith('/v1/smtp-credentials'));
  const mail = await eventually('the MX has the message', async () => mx.mails[0]);
  assert.match(mail.bytes.toString(), /^Subject: The first message\r$/m);
  assert.match(mail.bytes.toString(), /^DKIM-Signature: /m);
  assert.match(mail.to, /ada@example\.com/);
  const look = blockWith('/trace');
  await eventually('it is delivered', async () =>
    /^delivered$/m.test(await shell.run(look)) ? true : undefined,
  );

  const returnPath = /<([^>]+)>/.exec(mail.from)?.[1] ?? mail.from;
  assert.match(returnPath, /^b-[0-9a-z]+@(?:bounces\.relay|bounce\.acme)\.example$/);
  await submit({ port: port25, mailFrom: '', to: returnPath, raw: bounceOf('ada@example.com') });
  const output = await eventually('it is bounced', async () => {
    const text = await shell.run(look);
    return /^bounced$/m.test(text) ? text : undefined;
  });
  assert.match(output, /5\.1\.1/);
});

test('SIGTERM ends every app', async () => {
  started?.kill('SIGTERM');
  assert.deepEqual(await once(started as ChildProcess, 'exit'), [0, null]);
});
