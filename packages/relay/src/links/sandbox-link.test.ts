import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeId } from '../id.ts';
import { openSandboxLink, sandboxUrl, signSandboxLink } from './sandbox-link.ts';

const key = Buffer.alloc(32, 7);
const now = new Date('2026-11-21T10:20:30Z');
const accountId = makeId(now, Buffer.alloc(10, 1));
const boxId = makeId(now, Buffer.alloc(10, 2));
const otherBox = makeId(now, Buffer.alloc(10, 3));

test('a link to the list opens the list and every message in it', () => {
  const token = signSandboxLink(key, { accountId, boxId: undefined }, now);
  assert.deepEqual(openSandboxLink(key, token, { boxId: undefined, now }), { accountId });
  assert.deepEqual(openSandboxLink(key, token, { boxId, now }), { accountId });
});

test('a link to one message opens that one and neither another nor the list', () => {
  const token = signSandboxLink(key, { accountId, boxId }, now);
  assert.deepEqual(openSandboxLink(key, token, { boxId, now }), { accountId });
  assert.equal(openSandboxLink(key, token, { boxId: otherBox, now }), undefined);
  assert.equal(openSandboxLink(key, token, { boxId: undefined, now }), undefined);
});

test("the operator's link names no account", () => {
  const token = signSandboxLink(key, { accountId: undefined, boxId: undefined }, now);
  assert.deepEqual(openSandboxLink(key, token, { boxId, now }), { accountId: undefined });
});

test('a link is valid for a day and invalid after 25 hours', () => {
  const token = signSandboxLink(key, { accountId, boxId }, now);
  const after = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);
  assert.ok(openSandboxLink(key, token, { boxId, now: after(24) }));
  assert.equal(openSandboxLink(key, token, { boxId, now: after(25) }), undefined);
});

test('a token with a changed character, cut or signed by another key opens nothing', () => {
  const token = signSandboxLink(key, { accountId, boxId }, now);
  for (let at = 0; at < token.length; at++) {
    const flipped = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    assert.equal(openSandboxLink(key, flipped, { boxId, now }), undefined, `letter ${at}`);
  }
  for (const broken of ['', token.slice(1), token.slice(0, -1), `${token}A`, `${token}=`])
    assert.equal(openSandboxLink(key, broken, { boxId, now }), undefined);
  assert.equal(openSandboxLink(Buffer.alloc(32, 8), token, { boxId, now }), undefined);
});

test('the address of a page carries the public id and the token', () => {
  assert.match(
    sandboxUrl('http://127.0.0.1:3000/', 'abc', boxId),
    /^http:\/\/127\.0\.0\.1:3000\/sandbox\/box_[0-9a-z]{26}\?t=abc$/,
  );
  assert.equal(sandboxUrl('http://127.0.0.1:3000', 'abc'), 'http://127.0.0.1:3000/sandbox?t=abc');
});
