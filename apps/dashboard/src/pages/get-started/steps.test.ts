import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doneSteps, mayTick, nextStep } from './steps.ts';

const account = { effective_delivery_mode: 'sandbox' } as const;
const nothing = { account, newest: undefined, delivered: undefined, domains: [] };
const message = { id: 'msg_1' };

test('a new account sends first', () => {
  assert.equal(nextStep(doneSteps(nothing)), 'send');
});

test('a domain counts when it is there, its records when they are verified', () => {
  const sent = { ...nothing, newest: message, delivered: message };
  assert.equal(nextStep(doneSteps(sent)), 'domain');
  assert.equal(nextStep(doneSteps({ ...sent, domains: [{ status: 'pending' }] })), 'dns');
  assert.equal(nextStep(doneSteps({ ...sent, domains: [{ status: 'verified' }] })), 'live');
});

test('mail of an account in the sandbox is not live; out of it the last step is done', () => {
  const all = { ...nothing, newest: message, delivered: message, domains: [{ status: 'verified' }] } as const;
  assert.equal(doneSteps(all).live, false);
  assert.equal(nextStep(doneSteps({ ...all, account: { effective_delivery_mode: 'mx' } })), undefined);
});

test('mail ticks the first steps and the last one; between them only DNS does', () => {
  const open = doneSteps(nothing);
  assert.equal(mayTick('message.delivered', open), true);
  const sent = doneSteps({ ...nothing, newest: message, delivered: message });
  assert.equal(mayTick('message.delivered', sent), false);
  assert.equal(mayTick('domain.verified', sent), true);
  assert.equal(mayTick('message.delivered', { ...sent, domain: true, dns: true }), true);
});
