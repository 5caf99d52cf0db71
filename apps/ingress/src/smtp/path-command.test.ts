import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePathCommand } from './path-command.ts';

const mail = (text: string) => parsePathCommand('MAIL FROM', Buffer.from(text));

test('reads a path and its parameters: keywords in upper case, values as sent', () => {
  const parsed = mail('mail from:<ada@acme.test> size=10 AUTH=e+3Dmc2@acme.test smtputf8');
  assert.equal(parsed?.path, '<ada@acme.test>');
  assert.deepEqual(
    [...(parsed?.parameters ?? [])],
    [
      ['SIZE', '10'],
      ['AUTH', 'e+3Dmc2@acme.test'],
      ['SMTPUTF8', undefined],
    ],
  );
});

for (const path of [
  '<>',
  '<a@b.test>',
  '<"a b"@b.test>',
  '<"a>b\\"c"@b.test>',
  '<@r.test:a@b.test>',
  '<äda@b.test>',
]) {
  test(`${path} is read as one path`, () => {
    assert.equal(mail(`MAIL FROM:${path} SIZE=1`)?.path, path);
    assert.equal(mail(`MAIL FROM: ${path}  `)?.path, path);
  });
}

for (const path of ['a@b.test', '"a b"@b.test', 'äda@b.test']) {
  test(`${path} without brackets is read and marked`, () => {
    for (const line of [`MAIL FROM:${path}`, `MAIL FROM: ${path}`, `mail from:${path} SIZE=1`]) {
      const parsed = mail(line);
      assert.deepEqual([parsed?.path, parsed?.isBare], [`<${path}>`, true]);
    }
    assert.equal(mail(`MAIL FROM:<${path}>`)?.isBare, false);
  });
}

const wrong = [
  'MAIL FROM',
  'MAIL FROM:',
  'MAIL FROM a@b.test',
  'MAIL FROM:a@b.test>',
  'MAIL FROM:a@b.test<>',
  'MAIL FROM:<a@b.test',
  'MAIL FROM:<a<b>@b.test>',
  'MAIL FROM:<"a@b.test>',
  'MAIL FROM:<a@b.test>SIZE=1',
  'MAIL  FROM:<a@b.test>',
  'RCPT TO:<a@b.test>',
  'MAIL TO:<a@b.test>',
];
for (const line of wrong) test(`${line} is no path command`, () => assert.equal(mail(line), undefined));

test('broken UTF-8 is no address', () => {
  assert.equal(parsePathCommand('RCPT TO', Buffer.from('RCPT TO:<a\xff@b.test>', 'latin1')), undefined);
});

for (const parameters of [
  '=1',
  'A==',
  'A=b=c',
  'SIZE=1 SIZE=1',
  'size=1 SIZE=1',
  'A=\u0001',
  '-A=1',
  'Ä=1',
]) {
  test(`the parameters ${JSON.stringify(parameters)} are refused`, () => {
    assert.throws(() => mail(`MAIL FROM:<a@b.test> ${parameters}`), { code: 'parameter_malformed' });
  });
}
