/** What clients write cannot forge a log line, and no secret or content of mail is in a log. docs/reliability.md S14. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { openDialogue } from '../support/smtp-dialogue.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const FORGED = 'forged-by-a-client';
const WRONG_SECRET = 'a-wrong-secret-of-a-person';
const BODY = 'the-body-of-a-private-message';
/** With characters that end lines, or command a terminal. */
const hostile = [
  `"}\n{"level":30,"msg":"${FORGED}"}`,
  `\x1b]0;${FORGED}\x07`,
  `\u2028{"msg":"${FORGED}"}`,
  `\x9b31m${FORGED}`,
];

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Says what a client may say in HELO, in a login and in MAIL FROM. Refusals are expected. */
async function sayHostile(text: string): Promise<void> {
  const dialogue = await openDialogue({ port: dev.file.smtp.port });
  const said = [
    `EHLO ${text}`,
    'EHLO client.example',
    `AUTH PLAIN ${base64(`\0${text}\0${WRONG_SECRET}`)}`,
    `MAIL FROM:<${text}@acme.test>`,
    text,
  ];
  for (const line of said) {
    dialogue.send(`${line}\r\n`);
    await Promise.race([dialogue.reply().catch(() => undefined), wait(500)]);
  }
  dialogue.close();
}

async function sendPrivately(): Promise<void> {
  const { username, password } = dev.file.credential;
  const dialogue = await openDialogue({ port: dev.file.smtp.port });
  await dialogue.say('EHLO client.example');
  assert.equal((await dialogue.say(`AUTH PLAIN ${base64(`\0${username}\0${password}`)}`)).code, 235);
  await dialogue.say('MAIL FROM:<app@acme.test>');
  await dialogue.say(`RCPT TO:<${freshRecipient()}>`);
  await dialogue.say('DATA');
  assert.equal(
    (await dialogue.say(`From: app@acme.test\r\nSubject: ${FORGED}\r\n\r\n${BODY}\r\n.`)).code,
    250,
  );
  dialogue.close();
  const body = { from: 'app@acme.test', to: freshRecipient(), subject: `x ${FORGED}`, text: BODY };
  await firstAccount(dev.file).post('/v1/messages', body);
}

async function logLines(): Promise<readonly string[]> {
  const folder = join(dev.folder, 'logs');
  const files = (await readdir(folder)).filter((name) => /\.log$/.test(name) && name !== 'postgres.log');
  assert.ok(files.length > 0);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
}

test('each log line is one JSON object of ours, whatever clients say', async () => {
  for (const text of hostile) await sayHostile(text);
  await sendPrivately();
  await wait(1_000);
  const lines = await logLines();
  assert.ok(lines.length > 10);
  const broken = lines.filter((line) => {
    try {
      return JSON.parse(line).msg === FORGED;
    } catch {
      return true;
    }
  });
  assert.deepEqual(broken, []);
  assert.deepEqual(
    lines.filter((line) => /\p{Cc}/u.test(line)),
    [],
  );
});

test('no log line has a secret, a login, or the content of mail', async () => {
  const { username, password } = dev.file.credential;
  const secrets = [
    password,
    base64(password),
    base64(`\0${username}\0${password}`),
    WRONG_SECRET,
    base64(WRONG_SECRET),
    dev.file.api.key,
    dev.file.api.operatorKey,
    dev.file.second.apiKey,
    BODY,
  ];
  const lines = await logLines();
  for (const secret of secrets)
    assert.deepEqual(
      lines.filter((line) => line.includes(secret)),
      [],
      'a secret is in a log',
    );
});
