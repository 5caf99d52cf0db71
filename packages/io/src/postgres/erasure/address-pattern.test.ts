import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressPattern } from './address-pattern.ts';

const finds = (address: string, text: string): boolean => new RegExp(addressPattern(address), 'i').test(text);

test('an address is found in a sentence, in JSON and in a command of SMTP, in any case', () => {
  for (const text of [
    'ada@example.com',
    'RCPT TO:<Ada@Example.COM>',
    '{"recipient": "ada@example.com"}',
    'The mailbox ada@example.com. It is full.',
  ])
    assert.ok(finds('ada@example.com', text), text);
});

test('a longer address that holds it is another one', () => {
  for (const text of ['nada@example.com', 'x.ada@example.com', 'ada@example.com.test', 'ada@example.comx'])
    assert.equal(finds('ada@example.com', text), false, text);
});

test('letters that mean something in a pattern are themselves, and both forms of a domain are found', () => {
  assert.ok(finds('a.b+c@example.com', 'to a.b+c@example.com'));
  assert.equal(finds('a.b+c@example.com', 'aXbbc@example.com'), false);
  assert.ok(finds('ada@bücher.example', 'ada@xn--bcher-kva.example'));
  assert.ok(finds('ada@xn--bcher-kva.example', 'ada@bücher.example'));
  assert.ok(finds('"a b"@example.com', JSON.stringify({ to: '"a b"@example.com' })));
});
