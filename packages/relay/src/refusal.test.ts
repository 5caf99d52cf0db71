import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatus } from '@waybill/mail/enhanced-status';
import { asRefusal, Refusal, type RefusalCode, refusalRow } from './refusal.ts';
import { refusals } from './refusal-table.ts';

const codes = Object.keys(refusals) as RefusalCode[];

/** Faults of the installation and faults that pass: temporary in SMTP and HTTP. */
const temporary: readonly RefusalCode[] = [
  'authentication_unavailable',
  'too_many_failures',
  'too_many_connections',
  'quota_exceeded',
  'confirmation_limited',
  'too_many_recipients',
  'idempotency_running',
  'rate_limited',
  'shutting_down',
  'storage_full',
  'temporarily_unavailable',
];
/** The same request may succeed later without a change. 413 for recipients: the rest goes in another transaction. */
const temporaryHttp = new Set([409, 413, 429, 503]);

for (const code of codes) {
  const { smtp, status, http, text, fix } = refusalRow(code);
  const parsed = parseStatus(status);

  test(`${code} means the same in SMTP and HTTP`, () => {
    assert.match(code, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    assert.ok(parsed, `${status} is no enhanced status`);
    assert.ok(smtp >= 400 && smtp <= 599, 'a refusal is 4xx or 5xx');
    assert.equal(parsed.class, Math.floor(smtp / 100), 'class of code and of enhanced status');
    assert.ok(http >= 400 && http <= 599);
    const isTemporary = smtp < 500;
    assert.equal(temporary.includes(code), isTemporary);
    if (isTemporary) assert.ok(temporaryHttp.has(http), `${http} for something that passes`);
    else assert.ok(http < 500, 'a permanent no is never called our fault');
  });

  test(`${code} has a text and a fix, one line each`, () => {
    assert.match(text, /^[\x20-\x7e]{5,100}$/);
    assert.match(fix, /^[A-Z].{5,150}\.$/u);
    assert.doesNotMatch(text, /\.$|undefined|stack|postgres|prisma|redis|bullmq/i);
  });
}

test('a fault of the installation is never permanent', () => {
  for (const code of codes) {
    if (refusals[code].http < 500) continue;
    assert.ok(refusals[code].smtp < 500, code);
    assert.ok(refusals[code].status.startsWith('4.'), code);
  }
});

test('421 is sent only when the connection ends', () => {
  assert.deepEqual(
    codes.filter((code) => refusals[code].smtp === 421),
    ['too_many_failures', 'too_many_connections', 'shutting_down'],
  );
});

test('an internal error becomes a temporary refusal without its text', () => {
  for (const error of [new Error('password=hunter2'), new TypeError('x'), 'thrown text', undefined]) {
    const refusal = asRefusal(error);
    assert.equal(refusal.code, 'temporarily_unavailable');
    assert.equal(refusal.cause, error);
    assert.doesNotMatch(`${refusal.message}${refusal.detail}`, /hunter2|thrown text/);
  }
});

const withCode = (code: string, cause?: unknown): Error =>
  Object.assign(new Error('could not extend file "base/1/2": hunter2', { cause }), { code });

/** SQLSTATE class 53 is "insufficient resources", of which only one is a full disk. */
const internalErrors: readonly (readonly [string, unknown, RefusalCode])[] = [
  ['a full disk of the database', withCode('53100'), 'storage_full'],
  ['a full disk of ours', withCode('ENOSPC'), 'storage_full'],
  ['a quota of the file system', withCode('EDQUOT'), 'storage_full'],
  ['a full disk as the cause', new Error('accept failed', { cause: withCode('53100') }), 'storage_full'],
  ['a full disk among several', new AggregateError([withCode('08006'), withCode('53100')]), 'storage_full'],
  ['out of memory', withCode('53200'), 'temporarily_unavailable'],
  ['too many connections', withCode('53300'), 'temporarily_unavailable'],
  ['a lost connection', withCode('08006'), 'temporarily_unavailable'],
  ['a read-only database', withCode('25006'), 'temporarily_unavailable'],
  ['the code in the text only', new Error('53100'), 'temporarily_unavailable'],
];
for (const [name, error, code] of internalErrors)
  test(`${name} is ${code}`, () => {
    const refusal = asRefusal(error);
    assert.equal(refusal.code, code);
    assert.equal(refusal.cause, error);
    assert.doesNotMatch(`${refusal.message}${refusal.detail}`, /hunter2/);
  });

test('a refusal stays what it is', () => {
  const retryAt = new Date(0);
  const refusal = new Refusal('quota_exceeded', { detail: '3 left', retryAt });
  assert.equal(asRefusal(refusal), refusal);
  assert.deepEqual([refusal.code, refusal.detail, refusal.retryAt], ['quota_exceeded', '3 left', retryAt]);
});
