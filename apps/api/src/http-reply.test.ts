import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Taken } from '@waybill/io/postgres/connection/taken';
import { faultAt, RequestFault } from '@waybill/relay/management/request-fault';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import { refusals } from '@waybill/relay/refusal-table';
import { problemOf, refusalOf } from './http-reply.ts';

const problem = (error: unknown) => problemOf(refusalOf(error), 'req_1', 'https://waybill.example');

for (const code of Object.keys(refusals) as RefusalCode[])
  test(`${code} is a problem with its status, title, fix and page`, () => {
    const { smtp: _, status: __, http, text, fix } = refusals[code];
    assert.deepEqual(problem(new Refusal(code)), {
      type: `https://waybill.example/problems/${code}`,
      title: text,
      status: http,
      code,
      fix,
      request_id: 'req_1',
    });
  });

test('an unexpected error is a temporary problem, and its text is not shown', () => {
  for (const error of [
    new Error('secret host 10.0.0.1'),
    new TypeError('x is not a function'),
    'a string',
    undefined,
    { code: 'ECONNREFUSED' },
  ]) {
    const told = problem(error);
    assert.equal(told.status, 503);
    assert.equal(told.code, 'temporarily_unavailable');
    assert.doesNotMatch(JSON.stringify(told), /10\.0\.0\.1|not a function|ECONN/);
  }
});

test('a clash is a conflict; a fault points at its part', () => {
  for (const [rule, detail] of [
    ['stream_account_id_name_key', 'this name is taken'],
    [
      'sender_domain_one_owner',
      'the domain is verified for another account; the operator can release it there',
    ],
    ['anything_else', 'it exists already'],
  ] as const)
    assert.deepEqual(
      [problem(new Taken(rule, undefined)).status, problem(new Taken(rule, undefined)).detail],
      [409, detail],
    );
  assert.deepEqual(problem(faultAt('/to', 'is not a mail address')).errors, [
    { pointer: '/to', code: 'invalid', detail: 'is not a mail address' },
  ]);
  assert.equal(problem(new RequestFault('request_malformed', [])).detail, undefined);
});

for (const [code, refusal] of [
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'message_too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported_media_type'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'request_malformed'],
] as const)
  test(`the server's own ${code} is ${refusal}`, () => {
    assert.equal(problem(Object.assign(new Error('x'), { code })).code, refusal);
  });
