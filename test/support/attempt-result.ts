import type { AttemptResult, ClaimedDelivery } from '@waybill/relay/ports';

type Held = Pick<ClaimedDelivery, 'id' | 'leaseId' | 'attempt'>;

/** How the attempt of a claim ended, with nothing in it that need not be; `because` and `outcome` say that it was taken. */
export const bareResultOf = (
  { id, leaseId, attempt }: Held,
  over: Partial<AttemptResult> = {},
): AttemptResult => ({
  deliveryId: id,
  leaseId,
  attempt,
  endedAt: new Date(),
  outcome: 'delivered',
  reason: 'taken',
  host: undefined,
  ip: undefined,
  port: undefined,
  tls: undefined,
  timings: {},
  transcript: [],
  reply: undefined,
  category: undefined,
  party: undefined,
  retryAt: undefined,
  unanswered: undefined,
  ...over,
});

/** The same with a host that answered. */
export const resultOf = (held: Held, over: Partial<AttemptResult> = {}): AttemptResult =>
  bareResultOf(held, {
    reason: 'mx.rcpt.example took it',
    host: 'mx.rcpt.example',
    ip: '192.0.2.25',
    port: 25,
    tls: { version: 'TLSv1.3' },
    timings: { connect: 3 },
    transcript: [{ at: 1, from: 'server', text: '220 hi' }],
    reply: { code: 250, status: '2.0.0', text: 'ok' },
    ...over,
  });
