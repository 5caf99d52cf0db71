import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEvent } from '../events/describe.ts';
import { eventTypes } from '../events/event.ts';
import { type Story, type TracedAttempt, type TracedDelivery, traceOf } from './trace.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1, 10, 0, seconds));

const attempt = (some: Partial<TracedAttempt> = {}): TracedAttempt => ({
  number: 1,
  startedAt: at(1),
  dotSentAt: at(2),
  endedAt: at(3),
  outcome: 'deferred',
  reason: 'They said 451.',
  host: 'mx.there.example',
  ip: '192.0.2.9',
  reply: { text: 'later' },
  ...some,
});

const delivery = (id: string, some: Partial<TracedDelivery> = {}): TracedDelivery => ({
  id,
  recipient: `${id}@there.example`,
  status: 'delivered',
  reason: 'They took the message.',
  notes: [{ step: 'sign-dkim', what: 'signed acme.test/w1', reason: 'It has keys.' }],
  history: [],
  ...some,
});

const story = (some: Partial<Story> = {}, message: Partial<Story['message']> = {}): Story => ({
  message: {
    state: 'processed',
    reason: '',
    session: {
      via: 'smtp',
      clientIp: '192.0.2.1',
      heloName: 'client.example',
      protocol: 'ESMTPSA',
      tls: 'TLSv1.3',
      listener: 'submission',
      mechanism: 'PLAIN',
    },
    resolution: {
      accountId: 'a',
      credentialId: undefined,
      by: 'auth',
      reason: 'It logged in.',
      rejected: [],
    },
    notes: [{ step: 'rewrite-links', what: '2 links tracked' }],
    acceptedAt: at(0),
    ...message,
  },
  deliveries: [delivery('bob')],
  events: [],
  ...some,
});

test('the entries are in causal order', () => {
  const { entries } = traceOf(
    story({
      deliveries: [
        delivery('bob', {
          history: [
            attempt(),
            attempt({
              number: 2,
              startedAt: at(60),
              endedAt: at(61),
              outcome: 'delivered',
              reason: 'They took it.',
            }),
          ],
        }),
      ],
      events: [
        {
          type: 'opened',
          deliveryId: 'bob',
          occurredAt: at(90),
          detail: { agent: { kind: 'bot', name: 'x' } },
        },
        { type: 'deferred', deliveryId: 'bob', occurredAt: at(3), detail: {} },
      ],
    }),
  );
  assert.deepEqual(
    entries.map(({ kind, step, what, reason }) => [kind, step, what, reason]),
    [
      [
        'session',
        'smtp',
        'accepted',
        'A session over ESMTPSA handed it over from 192.0.2.1, which called itself client.example, with PLAIN, encrypted by TLSv1.3.',
      ],
      ['account', 'resolve-account', 'auth', 'It logged in.'],
      ['step', 'rewrite-links', '2 links tracked', '2 links tracked.'],
      ['step', 'sign-dkim', 'signed acme.test/w1', 'It has keys.'],
      ['attempt', 'attempt 1', 'deferred', 'They said 451.'],
      ['event', 'event', 'deferred', 'It was put off and will be tried again.'],
      ['attempt', 'attempt 2', 'delivered', 'They took it.'],
      ['event', 'event', 'opened', 'Its open pixel was loaded, by a program, not by a person.'],
    ],
  );
});

const running: readonly (readonly [Partial<TracedAttempt>, string, string])[] = [
  [{ dotSentAt: undefined }, 'started', 'It has begun and not ended yet.'],
  [{}, 'dot sent', 'The message was sent and the answer is awaited.'],
  [{ outcome: 'unknown' }, 'unknown', 'It ended as unknown.'],
];
for (const [some, what, reason] of running) {
  test(`an attempt without a reason is described as “${reason}”`, () => {
    const open = attempt({ endedAt: undefined, outcome: undefined, reason: undefined, ...some });
    const entry = traceOf(story({ deliveries: [delivery('bob', { history: [open] })] })).entries.at(-1);
    assert.deepEqual([entry?.what, entry?.reason], [what, reason]);
  });
}

test('the reason of the trace names the present state', () => {
  const bounced = delivery('eve', { status: 'bounced', reason: 'They said 550.' });
  const deferred = delivery('dan', { status: 'deferred', reason: 'They said 451.' });
  const many = Array.from({ length: 5 }, (_, index) =>
    delivery(`r${index}`, { status: 'failed', reason: 'No.' }),
  );
  const rows: readonly (readonly [Story, string])[] = [
    [story({ deliveries: [] }), 'It is accepted and waits to be prepared.'],
    [
      story({ deliveries: [] }, { state: 'held', reason: 'It could not be prepared.' }),
      'It could not be prepared.',
    ],
    [story(), 'They took the message.'],
    [story({ deliveries: [delivery('bob'), delivery('eve')] }), '2 of 2 recipients have it.'],
    [
      story({ deliveries: [delivery('bob'), deferred, bounced] }),
      '1 of 3 recipients have it. eve@there.example is bounced: They said 550. dan@there.example is deferred: They said 451.',
    ],
    [
      story({ deliveries: many }),
      '0 of 5 recipients have it. r0@there.example is failed: No. r1@there.example is failed: No. r2@there.example is failed: No. and 2 more',
    ],
  ];
  for (const [one, reason] of rows) assert.equal(traceOf(one).reason, reason);
});

test('every event is described in a sentence', () => {
  for (const type of eventTypes) assert.match(describeEvent(type), /^[A-Z].+\.$/);
  assert.equal(describeEvent('bounced', { reason: 'the report says 5.1.1' }), 'The report says 5.1.1.');
  assert.equal(describeEvent('clicked', { agent: 'human' }), 'One of its links was followed, by a person.');
});
