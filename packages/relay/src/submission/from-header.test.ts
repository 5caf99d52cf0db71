import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaders } from '@waybill/mail/headers';
import { readFrom } from './from-header.ts';

const read = (header: string) => readFrom(parseHeaders(Buffer.from(`${header}\r\n\r\n`)).fields);

const readable: readonly (readonly [string, string, string])[] = [
  ['From: ada@acme.test', 'ada@acme.test', 'acme.test'],
  ['FROM : Ada <Ada@ACME.test>', 'Ada@acme.test', 'acme.test'],
  ['From: "a, b" <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: =?utf-8?q?evil=40beta=2Etest?= <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: Ada\r\n <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: [Acme Shop] <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: Acme :) <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: Acme (EU) <ada@acme.test>', 'ada@acme.test', 'acme.test'],
  ['From: ada@bücher.test', 'ada@xn--bcher-kva.test', 'xn--bcher-kva.test'],
  ['Sender: eve@beta.test\r\nReply-To: eve@beta.test\r\nFrom: ada@acme.test', 'ada@acme.test', 'acme.test'],
];
for (const [header, address, domain] of readable) {
  test(`${JSON.stringify(header)} is from ${address}`, () => {
    assert.deepEqual(read(header), { address, domain, fault: undefined });
  });
}

const unreadable: readonly (readonly [string, RegExp])[] = [
  ['Subject: x', /no From field/],
  ['From: a@acme.test\r\nFrom: b@beta.test', /2 From fields/],
  ['From: a@acme.test\r\nfrom: a@acme.test', /2 From fields/],
  ['From: a@acme.test, b@beta.test', /2 addresses/],
  ['From: Team: a@acme.test, b@beta.test;', /2 addresses/],
  ['From: Group:;', /no address/],
  ['From:', /no address/],
  ['From: not an address', /no address/],
  ['From: Acme, Inc. <ada@acme.test>', /a comma outside quotation marks: write "Acme, Inc."/],
  ['From: Acme: Shop <ada@acme.test>', /a colon outside quotation marks/],
  ['From: a@acme.test <b@beta.test> c', /no address/],
  [`From: ${'a@acme.test, '.repeat(2_000)}b@acme.test`, /26\d{3} bytes/],
];
for (const [header, fault] of unreadable) {
  test(`${JSON.stringify(header).slice(0, 100)} is a fault`, () => {
    const from = read(header);
    assert.equal(from.address, undefined);
    assert.match(from.fault ?? '', fault);
  });
}
