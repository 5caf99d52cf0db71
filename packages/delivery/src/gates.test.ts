import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeliveryFacts, type GatedDelivery, passGates } from './gates.ts';

const now = new Date('2026-01-01T12:00:00Z');
const before = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

const aDelivery = (over: Partial<GatedDelivery> = {}): GatedDelivery => ({
  headerFrom: 'shop@acme.test',
  envelope: { mailFrom: 'b@bounce.acme.test', rcptTo: ['ada@dest.example'], smtpUtf8: false, body: '7bit' },
  credentialId: 'key',
  bypassSuppression: false,
  releasedAt: undefined,
  expiresAt: new Date(now.getTime() + 1),
  status: 'queued',
  ...over,
});

const senders = (...domains: readonly string[]): DeliveryFacts['senders'] => ({
  addresses: new Set(),
  domains: new Set(domains),
  foreignDomains: new Set(),
  credentialDomains: [],
});

const facts = (over: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  now,
  hasEnded: false,
  account: { status: 'active', senderPolicy: 'strict' },
  unknownPolicy: 'prefer_no_duplicate',
  key: { kind: 'api_key', revokedAt: undefined, pending: 'hold', expiresAt: before(1) },
  senders: senders('acme.test', 'bounce.acme.test'),
  suppression: undefined,
  ...over,
});

const revoked = {
  kind: 'smtp_credential',
  revokedAt: before(10),
  pending: 'hold',
  expiresAt: undefined,
} as const;
const suppression = {
  address: 'ada@dest.example',
  reason: 'manual',
  streamId: undefined,
  createdAt: before(5),
} as const;
const deleting = { status: 'deleting', senderPolicy: 'strict' } as const;
const suspended = { status: 'suspended', senderPolicy: 'strict' } as const;
const unanswered = { attempt: 1, dotSentAt: before(3) };

test('a delivery passes when nothing speaks against it, also with a key that has expired since', () => {
  assert.equal(passGates(aDelivery(), facts()), 'go');
});

type Row = readonly [
  what: string,
  delivery: Partial<GatedDelivery>,
  known: Partial<DeliveryFacts>,
  outcome: string,
  reason: RegExp,
  heldFor?: string,
];

const rows: readonly Row[] = [
  [
    'an unanswered dot',
    { unanswered },
    {},
    'unknown',
    /^Attempt 1 sent the final dot at .*They may have it.*prefer_no_dup/,
  ],
  [
    'a stream that was set to prefer no duplicate while the delivery waited',
    { status: 'unknown' },
    {},
    'unknown',
    /^An earlier attempt was not answered. They may have it. It is not sent again \(prefer_no_dup/,
  ],
  ['an end or another holder', {}, { hasEnded: true }, 'lease_lost', /cancelled, ended or taken over/],
  ['its expiry', { expiresAt: now }, {}, 'failed', /^It expired at 2026-01-01T12:00:00.000Z/],
  ['an account that is being deleted', {}, { account: deleting }, 'cancelled', /^account is being deleted$/],
  ['a suspended account', {}, { account: suspended }, 'held', /^account suspended/, 'account_suspended'],
  ['a deleted account', {}, { account: undefined }, 'cancelled', /^account deleted/],
  ['a revoked credential', {}, { key: revoked }, 'held', /^credential revoked/, 'credential_revoked'],
  [
    'a revoked API key',
    {},
    { key: { ...revoked, kind: 'api_key' } },
    'held',
    /^API key revoked/,
    'credential_revoked',
  ],
  [
    'a removed domain of From',
    {},
    { senders: senders('bounce.acme.test') },
    'held',
    /^sender removed: shop@acme.test/,
    'sender_removed',
  ],
  [
    'a removed domain of MAIL FROM',
    {},
    { senders: senders('acme.test') },
    'held',
    /^sender removed: b@bounce.acme.test/,
    'sender_removed',
  ],
  [
    'a domain that another account holds by now, although the mail was released,',
    { releasedAt: before(5) },
    { senders: { ...senders('bounce.acme.test'), foreignDomains: new Set(['acme.test']) } },
    'held',
    /^sender removed: acme.test belongs to the platform or to another account; it waits for cancel/,
    'sender_removed',
  ],
  ['a suppressed recipient', {}, { suppression }, 'suppressed', /^ada@dest.example is suppressed/],
];

for (const [what, delivery, known, outcome, reason, heldFor] of rows)
  test(`${what} stops it as ${outcome}`, () => {
    const passage = passGates(aDelivery(delivery), facts(known));
    assert.ok(passage !== 'go' && 'stop' in passage);
    assert.equal(passage.stop.outcome, outcome);
    assert.match(passage.stop.reason, reason);
    assert.equal(passage.stop.heldFor, heldFor);
  });

const passing: readonly (readonly [string, Partial<GatedDelivery>, Partial<DeliveryFacts>])[] = [
  ['an unanswered dot under prefer_delivery', { unanswered }, { unknownPolicy: 'prefer_delivery' }],
  ['an unknown delivery under prefer_delivery', { status: 'unknown' }, { unknownPolicy: 'prefer_delivery' }],
  ['a key that was revoked with its pending mail to be sent', {}, { key: { ...revoked, pending: 'send' } }],
  ['a release after the revocation', { releasedAt: before(5) }, { key: revoked }],
  ['a release after the sender was removed', { releasedAt: before(5) }, { senders: senders() }],
  ['a key that no row knows', {}, { key: undefined }],
  [
    'a registered From address',
    {},
    { senders: { ...senders('bounce.acme.test'), addresses: new Set(['shop@acme.test']) } },
  ],
  ['the suppression that the client asked to bypass', { bypassSuppression: true }, { suppression }],
];

for (const [what, delivery, known] of passing)
  test(`${what} does not stop it`, () => {
    assert.equal(passGates(aDelivery(delivery), facts(known)), 'go');
  });

test('a release before the revocation does not count', () => {
  const passage = passGates(aDelivery({ releasedAt: before(20) }), facts({ key: revoked }));
  assert.ok(passage !== 'go' && 'stop' in passage && passage.stop.heldFor === 'credential_revoked');
});

test('a complaint stops it although the client asked to bypass suppressions', () => {
  const passage = passGates(
    aDelivery({ bypassSuppression: true }),
    facts({ suppression: { ...suppression, reason: 'complaint' } }),
  );
  assert.ok(passage !== 'go' && 'stop' in passage && passage.stop.outcome === 'suppressed');
});

test('the first gate in the order of the design answers', () => {
  const everything = { account: suspended, key: revoked, senders: senders(), suppression };
  const passage = passGates(aDelivery({ expiresAt: now }), facts(everything));
  assert.ok(passage !== 'go' && 'stop' in passage && passage.stop.outcome === 'failed');
  const later = passGates(aDelivery(), facts(everything));
  assert.ok(later !== 'go' && 'stop' in later && later.stop.heldFor === 'account_suspended');
});

for (const delivery of [{ unanswered }, { status: 'unknown' }] as const)
  for (const [what, known] of [
    ['an expired', { now: new Date(now.getTime() + 10) }],
    ['a deleted account’s', { account: undefined }],
    ['a suppressed', { suppression }],
  ] as const)
    test(`${what} delivery that may have arrived stays unknown (${Object.keys(delivery)})`, () => {
      const passage = passGates(aDelivery(delivery), facts({ ...known, unknownPolicy: 'prefer_delivery' }));
      assert.ok(passage !== 'go' && 'stop' in passage);
      assert.equal(passage.stop.outcome, 'unknown');
      assert.match(passage.stop.reason, /They may have it\. It is not sent again/);
    });
