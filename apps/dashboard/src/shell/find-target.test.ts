import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetOf } from './find-target.ts';

const id = '06h29678q1v5fa1acspgh012b0';

for (const [typed, to, search] of [
  [` msg_${id} `, `/messages/msg_${id}`, {}],
  [`MSG_${id.toUpperCase()}`, `/messages/msg_${id}`, {}],
  [`dom_${id}`, `/domains/dom_${id}`, {}],
  ['ada+x@example.com', '/recipients/ada%2Bx%40example.com', {}],
  ['<1@acme.example>', '/messages', { q: '<1@acme.example>' }],
  [`dlv_${id}`, '/messages', { q: `dlv_${id}` }],
  ['your order', '/messages', { q: 'your order' }],
] as const)
  test(`typing ${typed} leads to ${to}`, () => assert.deepEqual(targetOf(typed), { to, search }));

test('typing nothing leads nowhere', () => assert.equal(targetOf('  '), undefined));
