import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { makeId, publicId } from '../id.ts';
import { messageUrl, openMessageLink } from './message-link.ts';
import { openSandboxLink, signSandboxLink } from './sandbox-link.ts';

const key = randomBytes(32);
const now = new Date('2026-11-29T01:02:03.400Z');
const newId = (): string => makeId(now, randomBytes(10));
const [accountId, messageId, other] = [newId(), newId(), newId()];
const url = new URL(messageUrl('http://127.0.0.1:3000/', key, { accountId, messageId, now }));
const token = url.searchParams.get('t') ?? '';
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

test('a link to a message opens that message of that account', () => {
  assert.equal(url.pathname, `/messages/${publicId('msg', messageId)}`);
  assert.equal(openMessageLink(key, token, { messageId, now }), accountId);
});

test('a link to a message opens no other message and no sandbox, and a sandbox link opens no message', () => {
  assert.equal(openMessageLink(key, token, { messageId: other, now }), undefined);
  assert.equal(openSandboxLink(key, token, { boxId: undefined, now }), undefined);
  assert.equal(openSandboxLink(key, token, { boxId: messageId, now }), undefined);
  for (const boxId of [undefined, messageId])
    assert.equal(
      openMessageLink(key, signSandboxLink(key, { accountId, boxId }, now), { messageId, now }),
      undefined,
    );
});

test('a link to a message opens it for 24 hours and not longer', () => {
  assert.equal(openMessageLink(key, token, { messageId, now: after(86_399) }), accountId);
  assert.equal(openMessageLink(key, token, { messageId, now: after(86_401) }), undefined);
});

test('a link that was changed, or signed with another key, opens nothing', () => {
  const bytes = Buffer.from(token, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(openMessageLink(key, changed.toString('base64url'), { messageId, now }), undefined);
  }
  for (const text of ['', 'x', `${token}A`, `${token}=`, 'a'.repeat(5000)])
    assert.equal(openMessageLink(key, text, { messageId, now }), undefined);
  assert.equal(openMessageLink(randomBytes(32), token, { messageId, now }), undefined);
});
