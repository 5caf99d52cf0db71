import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { formatAddress } from '../address.ts';
import { parseLoneMailbox, unquotedFault } from './lone-mailbox.ts';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const resolver = async (): Promise<string[][]> => [];

const taken: readonly (readonly [string, string])[] = [
  ['[Acme Shop] <hello@acme.test>', '[Acme Shop]'],
  ['Acme :) <hello@acme.test>', 'Acme :)'],
  ['Acme ) <hello@acme.test>', 'Acme )'],
  ['Acme [EU <hello@acme.test>', 'Acme [EU'],
  ['Zoë [x] <hello@acme.test> ', 'Zoë [x]'],
  ['=?utf-8?q?Zo=C3=AB?= [x] <hello@acme.test>', 'Zoë [x]'],
];
for (const [value, name] of taken)
  test(`${value} is read by every reader as one address`, async () => {
    const box = parseLoneMailbox(latin1(value));
    assert.deepEqual(box && [box.name, formatAddress(box.address)], [name, 'hello@acme.test']);
    const message = Buffer.from(`From: ${value}\r\n\r\n`);
    const { headerFrom } = await dkimVerify(message, { resolver });
    assert.deepEqual(headerFrom, ['hello@acme.test']);
  });

const unclear: readonly (readonly [string, RegExp | undefined])[] = [
  ['Acme, Inc. <hello@acme.test>', /a comma outside quotation marks/],
  ['Acme: Shop <hello@acme.test>', /a colon/],
  ['Acme; Shop <hello@acme.test>', /a semicolon/],
  ['Acme ( <hello@acme.test>', /a parenthesis/],
  ['24" screens <hello@acme.test>', /a quotation mark that stands alone/],
  ['"Acme", Inc. <hello@acme.test>', /a comma/],
  ['Acme \\ Co <hello@acme.test>', /a backslash/],
  ['eve <eve@beta.test> <hello@acme.test>', /an angle bracket/],
  ['eve@beta.test, x [y] <hello@acme.test>', /a comma/],
  ['[x] <hello@acme.test> eve', undefined],
  ['[x] <=?utf-8?q?a?=@acme.test>', undefined],
  ['[x] <hello@acme.test', undefined],
  ['[x]\0 <hello@acme.test>', undefined],
  ['hello', undefined],
];
for (const [value, fault] of unclear)
  test(`${JSON.stringify(value)} is not read, and the fault says what to quote: ${fault ?? 'nothing'}`, () => {
    assert.equal(parseLoneMailbox(latin1(value)), undefined);
    if (fault === undefined) assert.equal(unquotedFault(value), undefined);
    else assert.match(unquotedFault(value) ?? '', fault);
  });
