import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curlOf } from './curl.ts';

test('the curl of a list holds its filters and no key', () => {
  assert.equal(
    curlOf('https://mail.example', '/v1/messages', { status: 'bounced', to: '', limit: 25 }),
    `curl -s 'https://mail.example/v1/messages?status=bounced&limit=25' -H "Authorization: Bearer $WAYBILL_API_KEY"`,
  );
});

test('a quote in a filter cannot end the quoted URL', () => {
  assert.match(curlOf('https://mail.example', '/v1/messages', { q: "a'b" }), /q=a%27b'/);
});
