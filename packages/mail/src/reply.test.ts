import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatStatus } from './enhanced-status.ts';
import { parseReply } from './reply.ts';

type Row = { readonly raw: string; readonly code: number; readonly status?: string; readonly text: string };

const rows: readonly Row[] = [
  { raw: '250 OK', code: 250, text: 'OK' },
  { raw: '250 2.0.0 OK\r\n', code: 250, status: '2.0.0', text: 'OK' },
  { raw: '250', code: 250, text: '' },
  { raw: '250 ', code: 250, text: '' },
  { raw: '354 go ahead', code: 354, text: 'go ahead' },
  { raw: '550 5.1.1 <x@y.test>: no such user', code: 550, status: '5.1.1', text: '<x@y.test>: no such user' },
  { raw: '550 5.1.1', code: 550, status: '5.1.1', text: '' },
  { raw: '550 5.1.1.1 odd', code: 550, text: '5.1.1.1 odd' },
  { raw: '550 192.0.2.1 is listed', code: 550, text: '192.0.2.1 is listed' },
  {
    raw: '550-5.7.1 first\r\n550-5.7.1 second\r\n550 5.7.1 third',
    code: 550,
    status: '5.7.1',
    text: 'first\nsecond\nthird',
  },
  { raw: '550-5.7.1 first\r\n550 second', code: 550, status: '5.7.1', text: 'first\nsecond' },
  { raw: '550-first\n550 5.7.1 second\n', code: 550, status: '5.7.1', text: 'first\nsecond' },
  { raw: '250-host\r\n250-SIZE 100\r\n250 HELP', code: 250, text: 'host\nSIZE 100\nHELP' },
  { raw: '421-later\r\nnot a code\r\n421 bye', code: 421, text: 'later\nnot a code\nbye' },
  { raw: '450-4.2.1 one\r\n550 5.1.1 other', code: 550, status: '5.1.1', text: 'one\nother' },
  { raw: '450-4.2.1 one\r\n550 other', code: 550, text: 'one\nother' },
  { raw: '550  two spaces', code: 550, text: ' two spaces' },
  { raw: '550 5.7.1  two spaces', code: 550, status: '5.7.1', text: ' two spaces' },
];

for (const { raw, code, status, text } of rows) {
  test(`reads ${JSON.stringify(raw)}`, () => {
    const reply = parseReply(raw);
    assert.equal(reply.code, code);
    assert.equal(reply.status && formatStatus(reply.status), status);
    assert.equal(reply.text, text);
    assert.equal(reply.lines.join('\n'), text);
  });
}

const garbage = [
  '',
  'HTTP/1.1 400 Bad Request',
  '5',
  '55',
  '5500 x',
  '550x',
  '199 x',
  '600 x',
  '999',
  '\u0016\u0003\u0001',
  ' 550 x',
  '250-open\r\nend',
];
for (const raw of garbage) {
  test(`${JSON.stringify(raw)} is not SMTP and becomes a temporary failure`, () => {
    const reply = parseReply(raw);
    assert.equal(reply.code, 421);
    assert.equal(reply.status, undefined);
    assert.equal(reply.text, raw.replaceAll('\r\n', '\n'));
  });
}
