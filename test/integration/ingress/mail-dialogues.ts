import { type Dialogue, logIn } from './auth-dialogues.ts';

const mail: readonly [string, string] = ['MAIL FROM:<ada@acme.test>', '250 2.1.0'];
const rcpt: readonly [string, string] = ['RCPT TO:<bob@example.com>', '250 2.1.5'];
const unknownParameter = '555 5.5.4';
const badParameter = '501 5.5.4';

const sender = (name: string, rfc: string, [path, reply]: readonly [string, string]): Dialogue => ({
  name,
  rfc,
  lines: [logIn, [`MAIL FROM:${path}`, reply]],
});

const recipient = (name: string, rfc: string, [path, reply]: readonly [string, string]): Dialogue => ({
  name,
  rfc,
  lines: [logIn, mail, [`RCPT TO:${path}`, reply]],
});

export const mailDialogues: readonly Dialogue[] = [
  {
    name: 'MAIL before AUTH',
    rfc: '4954 §6',
    lines: [['MAIL FROM:<ada@acme.test>', '530 5.7.0 Authentication required']],
  },
  {
    name: 'RCPT and DATA before AUTH',
    rfc: '5321 §3.3',
    lines: [
      ['RCPT TO:<bob@example.com>', '503 5.5.1'],
      ['DATA', '503 5.5.1'],
    ],
  },
  {
    name: 'MAIL before EHLO',
    rfc: '5321 §4.1.4',
    isRaw: true,
    lines: [['MAIL FROM:<ada@acme.test>', '503 5.5.1']],
  },
  {
    name: 'a second MAIL',
    rfc: '5321 §4.1.4',
    lines: [logIn, mail, ['MAIL FROM:<ada@acme.test>', '503 5.5.1']],
  },
  sender('the null sender', '5321 §4.5.5', ['<>', '250 2.1.0']),
  sender('a blank behind the colon', '5321 §4.1.1.2', [' <ada@acme.test>', '250 2.1.0']),
  sender('no angle brackets, from a client that we know', '5321 §4.1.2', ['ada@acme.test', '250 2.1.0']),
  sender('an unclosed bracket', '5321 §4.1.2', ['<ada@acme.test', '501 5.1.7']),
  sender('something glued to the path', '5321 §4.1.2', ['<ada@acme.test>x', '501 5.1.7']),
  sender('no domain', '5321 §4.1.2', ['<ada>', '501 5.1.7']),
  sender('two dots without quotation marks', '5321 §4.1.2', ['<ada..b@acme.test>', '250 2.1.0']),
  sender('dots only', '5321 §4.1.2', ['<..@acme.test>', '501 5.1.7']),
  sender('a quoted local part', '5321 §4.1.2', ['<"ada lovelace"@acme.test>', '250 2.1.0']),
  sender('a quoted angle bracket', '5321 §4.1.2', ['<"a>b"@acme.test>', '250 2.1.0']),
  sender('a source route is dropped', '5321 §C', ['<@relay.example:ada@acme.test>', '250 2.1.0']),
  sender('a control character', '5321 §4.1.2', ['<a\u0001b@acme.test>', '501 5.1.7']),
  sender('an unverified domain', 'ARCHITECTURE §5', [
    '<ada@elsewhere.example>',
    '550 5.7.1 sender_not_verified:',
  ]),
  sender('the domain of another account', 'docs/reliability.md S04', [
    '<ada@beta.test>',
    '550 5.7.1 sender_not_allowed:',
  ]),
  sender('SIZE', '1870 §6', ['<ada@acme.test> SIZE=1000', '250 2.1.0']),
  sender('SIZE beyond the limit', '1870 §6.1', [
    '<ada@acme.test> SIZE=99999999',
    '552 5.3.4 message_too_large:',
  ]),
  sender('SIZE that is no number', '1870 §5', ['<ada@acme.test> SIZE=big', badParameter]),
  sender('SIZE without a value', '1870 §5', ['<ada@acme.test> SIZE', badParameter]),
  sender('BODY', '6152 §2', ['<ada@acme.test> BODY=8bitmime', '250 2.1.0']),
  sender('BODY=BINARYMIME, which is not offered', '3030 §3', [
    '<ada@acme.test> BODY=BINARYMIME',
    badParameter,
  ]),
  sender('SMTPUTF8', '6531 §3.4', ['<ada@acme.test> SMTPUTF8', '250 2.1.0']),
  sender('SMTPUTF8 with a value', '6531 §3.4', ['<ada@acme.test> SMTPUTF8=yes', badParameter]),
  sender('UTF-8 without SMTPUTF8', '6531 §3.5', ['<äda@acme.test>', '553 5.6.7']),
  sender('UTF-8 with SMTPUTF8', '6531 §3.3', ['<äda@acme.test> SMTPUTF8', '250 2.1.0']),
  sender('an internationalised domain without SMTPUTF8', '6531 §3.5', ['<ada@bücher.example>', '553 5.6.7']),
  sender('an unknown parameter', '5321 §4.1.1.11', ['<ada@acme.test> XYZ=1', unknownParameter]),
  sender('RET, for DSN is not offered', '3461 §4.3', ['<ada@acme.test> RET=HDRS', unknownParameter]),
  sender('ENVID, for DSN is not offered', '3461 §4.4', ['<ada@acme.test> ENVID=1', unknownParameter]),
  sender('REQUIRETLS, which is not offered', '8689 §2', ['<ada@acme.test> REQUIRETLS', unknownParameter]),
  sender('a parameter twice', '5321 §4.1.1.11', ['<ada@acme.test> SIZE=1 SIZE=2', badParameter]),
  sender('a parameter without a name', '5321 §4.1.2', ['<ada@acme.test> =1', badParameter]),
  sender('AUTH=<>', '4954 §5', ['<ada@acme.test> AUTH=<>', '250 2.1.0']),
  sender('AUTH= in xtext', '4954 §5', ['<ada@acme.test> AUTH=e+3Dmc2@acme.test', '250 2.1.0']),
  sender('AUTH= empty', '4954 §5', ['<ada@acme.test> AUTH=', badParameter]),
  sender('AUTH= with a broken escape', '3461 §4', ['<ada@acme.test> AUTH=+ZZ', badParameter]),
  sender('AUTH= in lower-case hex', '3461 §4', ['<ada@acme.test> AUTH=e+3dmc2@acme.test', badParameter]),
  sender('AUTH= with a line break', '3461 §4', ['<ada@acme.test> AUTH=a+0D+0Ab@acme.test', badParameter]),
  sender('AUTH= that is no mailbox', '4954 §5', ['<ada@acme.test> AUTH=ada', badParameter]),
  sender('AUTH= twice', '4954 §5', ['<ada@acme.test> AUTH=<> AUTH=<>', badParameter]),
  recipient('a recipient', '5321 §4.1.1.3', ['<bob@example.com>', '250 2.1.5']),
  recipient('a quoted local part', '5321 §4.1.2', ['<"bob b"@example.com>', '250 2.1.5']),
  recipient('an address literal', '5321 §4.1.3', ['<bob@[192.0.2.1]>', '250 2.1.5']),
  recipient('the null path', '5321 §4.1.1.3', ['<>', '501 5.1.3']),
  recipient('no domain', '5321 §4.1.2', ['<bob>', '501 5.1.3']),
  recipient('a local part of 65 bytes', '5321 §4.5.3.1.1', [`<${'a'.repeat(65)}@example.com>`, '501 5.1.3']),
  recipient('a label of 64 bytes', '5321 §4.5.3.1.2', [`<bob@${'a'.repeat(64)}.example>`, '501 5.1.3']),
  recipient('UTF-8 without SMTPUTF8', '6531 §3.5', ['<bøb@example.com>', '553 5.6.7']),
  recipient('NOTIFY, for DSN is not offered', '3461 §4.1', [
    '<bob@example.com> NOTIFY=NEVER',
    unknownParameter,
  ]),
  recipient('an unknown parameter', '5321 §4.1.1.11', ['<bob@example.com> X', unknownParameter]),
  recipient('a suppressed recipient', 'ARCHITECTURE §5', [
    '<Gone@example.com>',
    '550 5.7.1 recipient_suppressed:',
  ]),
  {
    name: 'RCPT before MAIL',
    rfc: '5321 §4.1.4',
    lines: [logIn, ['RCPT TO:<bob@example.com>', '503 5.5.1']],
  },
  { name: 'DATA before RCPT', rfc: '5321 §4.1.4', lines: [logIn, mail, ['DATA', '503 5.5.1']] },
  {
    name: 'DATA with an argument',
    rfc: '5321 §4.1.1.4',
    lines: [logIn, mail, rcpt, ['DATA now', '501 5.5.4']],
  },
  {
    name: 'a refused recipient leaves the transaction open',
    rfc: '5321 §3.3',
    lines: [logIn, mail, ['RCPT TO:<gone@example.com>', '550'], rcpt, ['DATA', '354']],
  },
  {
    name: 'RSET ends the transaction, not the login',
    rfc: '5321 §4.1.1.5',
    lines: [logIn, mail, rcpt, ['RSET', '250 2.0.0'], ['RCPT TO:<bob@example.com>', '503 5.5.1'], mail],
  },
  {
    name: 'EHLO ends the transaction too',
    rfc: '5321 §4.1.4',
    lines: [logIn, mail, ['EHLO again.example', '250'], ['RCPT TO:<bob@example.com>', '503 5.5.1'], mail],
  },
  {
    name: 'HELO has no extensions',
    rfc: '5321 §4.1.1.1',
    lines: [
      ['HELO client.example', '250'],
      logIn,
      ['MAIL FROM:<ada@acme.test> SIZE=10', unknownParameter],
      mail,
      rcpt,
    ],
  },
  {
    name: 'EHLO needs a name',
    rfc: '5321 §4.1.1.1',
    lines: [
      ['EHLO', '501 5.5.4'],
      ['EHLO a b', '501 5.5.4'],
      [`EHLO ${'a'.repeat(400)}`, '501 5.5.4'],
    ],
  },
  {
    name: 'commands that promise nothing',
    rfc: '5321 §4.1.1',
    lines: [
      ['NOOP', '250 2.0.0'],
      ['VRFY bob', '252 2.0.0'],
      ['VRFY', '501 5.5.4'],
      ['HELP', '214 2.0.0'],
    ],
  },
  {
    name: 'commands that are none',
    rfc: '5321 §4.2.4',
    lines: [
      ['EXPN list', '500 5.5.2'],
      ['BDAT 3', '500 5.5.2'],
      ['FOO', '500 5.5.2'],
      ['', '500 5.5.2'],
    ],
  },
  {
    name: 'no wizards',
    rfc: 'SMTP-SERVER',
    lines: [
      ['WIZ secret', '500 5.5.2'],
      ['SHELL', '500 5.5.2'],
      ['KILL', '500 5.5.2'],
      ['XCLIENT ADDR=192.0.2.1', '500 5.5.2'],
      ['XFORWARD ADDR=192.0.2.1', '500 5.5.2'],
      ['LHLO x', '500 5.5.2'],
    ],
  },
  {
    name: 'a bare LF ends no command',
    rfc: '5321 §2.3.8',
    lines: [
      ['NOOP\nNOOP', '500 5.5.2'],
      ['RSET', '250'],
    ],
  },
  {
    name: 'a bare CR or NUL in a command',
    rfc: '5321 §2.3.8',
    lines: [
      ['NO\rOP', '500 5.5.2'],
      ['NO\0OP', '500 5.5.2'],
      ['NOOP', '250'],
    ],
  },
  {
    name: 'a line that is too long',
    rfc: '5321 §4.5.3.1.4',
    lines: [
      [`NOOP ${'x'.repeat(13_000)}`, '500 5.5.6'],
      ['NOOP', '250'],
    ],
  },
  { name: 'a browser that was sent here', rfc: 'SMTP-SERVER', lines: [['POST / HTTP/1.1', '421 4.7.0']] },
  { name: 'QUIT', rfc: '5321 §4.1.1.10', lines: [['QUIT', '221 2.0.0']] },
];
