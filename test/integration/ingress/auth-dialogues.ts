import { plainToken } from '../../support/smtp-dialogue.ts';
import { secret } from './start-ingress.ts';

/** What the client says after EHLO, and how each reply begins. */
export type Dialogue = {
  readonly name: string;
  readonly rfc: string;
  readonly lines: readonly (readonly [string | Buffer, string])[];
  /** Said without a greeting of its own. */
  readonly isRaw?: true;
};

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
const token = plainToken('acme', secret);
export const logIn: readonly [string, string] = [`AUTH PLAIN ${token}`, '235 2.7.0'];

const username = '334 VXNlcm5hbWU6';
const password = '334 UGFzc3dvcmQ6';
const undecodable = '501 5.5.2';

/** Every one ends with a known state, so that the last line shows what the exchange has left behind. */
export const authDialogues: readonly Dialogue[] = [
  { name: 'PLAIN with an initial response', rfc: '4954 §4', lines: [logIn] },
  {
    name: 'PLAIN without one is asked for it',
    rfc: '4954 §4',
    lines: [
      ['AUTH PLAIN', '334 '],
      [token, '235 2.7.0'],
    ],
  },
  { name: 'mechanisms have no case', rfc: '4422 §3.1', lines: [[`auth plain ${token}`, '235 2.7.0']] },
  {
    name: 'PLAIN for oneself, said in full',
    rfc: '4616 §2',
    lines: [[`AUTH PLAIN ${plainToken('acme', secret, 'acme')}`, '235 2.7.0']],
  },
  {
    name: 'no user acts for another one',
    rfc: '4616 §2',
    lines: [[`AUTH PLAIN ${plainToken('acme', secret, 'beta')}`, '535 5.7.8']],
  },
  {
    name: 'a wrong secret',
    rfc: '4954 §6',
    lines: [[`AUTH PLAIN ${plainToken('acme', 'wrong')}`, '535 5.7.8 Authentication credentials invalid']],
  },
  {
    name: 'an unknown user hears the same',
    rfc: '4954 §9',
    lines: [[`AUTH PLAIN ${plainToken('unknown', secret)}`, '535 5.7.8 Authentication credentials invalid']],
  },
  {
    name: 'a failed AUTH leaves nothing behind and may be tried again',
    rfc: '4954 §4',
    lines: [
      [`AUTH PLAIN ${plainToken('acme', 'wrong')}`, '535 5.7.8'],
      ['MAIL FROM:<ada@acme.test>', '530 5.7.0 Authentication required'],
      logIn,
      ['MAIL FROM:<ada@acme.test>', '250 2.1.0'],
    ],
  },
  { name: 'letters that base64 does not have', rfc: '4648 §3.3', lines: [['AUTH PLAIN !!!!', undecodable]] },
  {
    name: 'missing padding',
    rfc: '4648 §3.2',
    lines: [[`AUTH PLAIN ${base64('a\0b\0cde').replace(/=+$/, '')}`, undecodable]],
  },
  {
    name: 'data behind the padding',
    rfc: '4648 §3.3',
    lines: [[`AUTH PLAIN ${base64('a\0b\0cde')}AAAA`, undecodable]],
  },
  { name: 'stray bits', rfc: '4648 §3.5', lines: [['AUTH PLAIN AGEAYh==', undecodable]] },
  {
    name: 'a foreign letter inside a good token',
    rfc: '4648 §3.3',
    lines: [[`AUTH PLAIN ${token.slice(0, 4)}-${token.slice(4)}`, undecodable]],
  },
  {
    name: 'two words of initial response',
    rfc: '4954 §4',
    lines: [[`AUTH PLAIN ${token} ${token}`, '501 5.5.4']],
  },
  { name: 'an empty initial response', rfc: '4954 §4', lines: [['AUTH PLAIN =', undecodable]] },
  {
    name: 'only an authorization identity',
    rfc: '4616 §2',
    lines: [[`AUTH PLAIN ${base64('acme\0\0')}`, undecodable]],
  },
  { name: 'no password', rfc: '4616 §2', lines: [[`AUTH PLAIN ${base64('\0acme\0')}`, undecodable]] },
  {
    name: 'a NUL too many',
    rfc: '4616 §2',
    lines: [[`AUTH PLAIN ${base64(`\0acme\0${secret}\0`)}`, undecodable]],
  },
  { name: 'no NUL at all', rfc: '4616 §2', lines: [[`AUTH PLAIN ${base64('acme')}`, undecodable]] },
  {
    name: 'broken UTF-8',
    rfc: '4616 §2',
    lines: [[`AUTH PLAIN ${Buffer.from('\0\xff\0x', 'latin1').toString('base64')}`, undecodable]],
  },
  {
    name: 'the client takes PLAIN back',
    rfc: '4954 §4',
    lines: [['AUTH PLAIN', '334 '], ['*', '501 5.7.0'], logIn],
  },
  {
    name: 'a bad response ends the exchange',
    rfc: '4954 §4',
    lines: [
      ['AUTH PLAIN', '334 '],
      ['%%', undecodable],
      ['NOOP', '250 2.0.0'],
    ],
  },
  { name: 'AUTH without a mechanism', rfc: '4954 §4', lines: [['AUTH', '501 5.5.4']] },
  { name: 'an unknown mechanism', rfc: '4954 §4', lines: [['AUTH XYZZY', '504 5.5.4']] },
  { name: 'a mechanism of the object prototype', rfc: '4954 §4', lines: [['AUTH CONSTRUCTOR', '504 5.5.4']] },
  {
    name: 'a mechanism of the library that we do not offer',
    rfc: '4954 §4',
    lines: [['AUTH XOAUTH2', '504 5.5.4']],
  },
  {
    name: 'a mechanism that proves nothing',
    rfc: '4954 §6',
    lines: [
      ['AUTH ANONYMOUS', '534 5.7.9'],
      ['AUTH DIGEST-MD5', '534 5.7.9'],
    ],
  },
  { name: 'a second AUTH', rfc: '4954 §4', lines: [logIn, [`AUTH PLAIN ${token}`, '503 5.5.1']] },
  {
    name: 'AUTH in a mail transaction',
    rfc: '4954 §4',
    lines: [logIn, ['MAIL FROM:<ada@acme.test>', '250 2.1.0'], ['AUTH LOGIN', '503 5.5.1']],
  },
  { name: 'AUTH before EHLO', rfc: '4954 §3', isRaw: true, lines: [[`AUTH PLAIN ${token}`, '503 5.5.1']] },
  {
    name: 'LOGIN',
    rfc: 'seed 001',
    lines: [
      ['AUTH LOGIN', username],
      [base64('acme'), password],
      [base64(secret), '235 2.7.0'],
    ],
  },
  {
    name: 'LOGIN with the user name in the command',
    rfc: 'seed 001',
    lines: [
      [`AUTH LOGIN ${base64('acme')}`, password],
      [base64(secret), '235 2.7.0'],
    ],
  },
  {
    name: 'LOGIN with a wrong secret',
    rfc: '4954 §6',
    lines: [
      ['AUTH LOGIN', username],
      [base64('acme'), password],
      [base64('wrong'), '535 5.7.8'],
    ],
  },
  {
    name: 'LOGIN of an unknown user asks for the password too',
    rfc: '4954 §9',
    lines: [
      ['AUTH LOGIN', username],
      [base64('unknown'), password],
      [base64('x'), '535 5.7.8'],
    ],
  },
  {
    name: 'LOGIN taken back at the user name',
    rfc: '4954 §4',
    lines: [
      ['AUTH LOGIN', username],
      ['*', '501 5.7.0'],
      ['NOOP', '250'],
    ],
  },
  {
    name: 'LOGIN taken back at the password',
    rfc: '4954 §4',
    lines: [['AUTH LOGIN', username], [base64('acme'), password], ['*', '501 5.7.0'], logIn],
  },
  {
    name: 'LOGIN with an undecodable user name',
    rfc: '4954 §4',
    lines: [
      ['AUTH LOGIN', username],
      ['a!', undecodable],
    ],
  },
  {
    name: 'LOGIN with an undecodable password',
    rfc: '4954 §4',
    lines: [
      ['AUTH LOGIN', username],
      [base64('acme'), password],
      ['pass!', undecodable],
    ],
  },
  {
    name: 'LOGIN with an empty user name',
    rfc: '4954 §4',
    lines: [
      ['AUTH LOGIN', username],
      ['', undecodable],
    ],
  },
  {
    name: 'LOGIN with a NUL in the user name',
    rfc: '4954 §4',
    lines: [
      ['AUTH LOGIN', username],
      [base64('ac\0me'), undecodable],
    ],
  },
  {
    name: 'CRAM-MD5 takes no initial response',
    rfc: '2195 §2',
    lines: [[`AUTH CRAM-MD5 ${base64('acme 00')}`, '501 5.5.4']],
  },
  {
    name: 'CRAM-MD5 with an undecodable answer',
    rfc: '4954 §4',
    lines: [
      ['AUTH CRAM-MD5', '334 '],
      ['???', undecodable],
    ],
  },
  {
    name: 'CRAM-MD5 taken back',
    rfc: '4954 §4',
    lines: [
      ['AUTH CRAM-MD5', '334 '],
      ['*', '501 5.7.0'],
    ],
  },
  {
    name: 'CRAM-MD5 with a wrong digest',
    rfc: '2195 §2',
    lines: [
      ['AUTH CRAM-MD5', '334 '],
      [base64(`acme-cram ${'0'.repeat(32)}`), '535 5.7.8'],
    ],
  },
  {
    name: 'CRAM-MD5 where it is not switched on',
    rfc: '4954 §6',
    lines: [
      ['AUTH CRAM-MD5', '334 '],
      [base64(`acme ${'0'.repeat(32)}`), '535 5.7.8'],
    ],
  },
  {
    name: 'SCRAM-SHA-256 with channel binding, which is not offered',
    rfc: '5802 §6',
    lines: [[`AUTH SCRAM-SHA-256 ${base64('p=tls-unique,,n=acme-cram,r=abcdefghij')}`, undecodable]],
  },
  {
    name: 'an API key as the secret',
    rfc: 'docs/api.md §1',
    lines: [[`AUTH PLAIN ${plainToken('apikey', 'wb_live_of_acme')}`, '235 2.7.0']],
  },
  {
    name: 'an unknown API key',
    rfc: 'docs/api.md §1',
    lines: [[`AUTH PLAIN ${plainToken('apikey', 'wb_live_of_unknown')}`, '535 5.7.8']],
  },
  {
    name: 'an AUTH line longer than any mechanism needs',
    rfc: '4954 §4',
    lines: [
      [`AUTH PLAIN ${'A'.repeat(20_000)}`, '500 5.5.6'],
      ['NOOP', '250'],
    ],
  },
  {
    name: 'a bare LF inside an exchange ends it',
    rfc: '5321 §2.3.8',
    lines: [
      ['AUTH PLAIN', '334 '],
      ['x\ny', '500 5.5.2'],
    ],
  },
];
