import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { fieldValue, firstField, parseHeaders } from '@waybill/mail/headers';
import { parseReceived } from '@waybill/mail/received';
import { accept } from './accept.ts';
import { deliveryIdOf } from './id.ts';
import {
  acme,
  anAccount,
  aState,
  aSubmission,
  aSuppression,
  at,
  beta,
  headerKey,
  type InMemoryState,
  idOf,
  lines,
  portsOf,
  processOf,
} from './in-memory-ports.test-support.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { readEvidence } from './submission/evidence.ts';
import type { Submission } from './submission/submission.ts';

const submit = (state: InMemoryState, some: Partial<Submission> = {}) =>
  accept(aSubmission(some), portsOf(state), processOf(state));

const envelope = (some: Partial<Submission['envelope']>): Partial<Submission> => ({
  envelope: { ...aSubmission().envelope, ...some },
});
const fromNetwork = (accountId: string | undefined, shared = false): Partial<Submission> => ({
  authenticated: undefined,
  networks: [{ networkId: idOf(40), cidr: '192.0.2.0/24', prefixLength: 24, accountId, shared }],
});

const mixed = (boundary: string): string =>
  `From: ada@acme.test\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`;
const nested = (levels: number): string =>
  `${mixed('b0')}${Array.from(
    { length: levels },
    (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
  ).join('')}--b${levels}\r\n\r\ndeep\r\n--b${levels}--\r\n`;

test('an accepted message is stored, enqueued and answered with its id', async () => {
  const state = aState();
  const accepted = await submit(state, envelope({ rcptTo: ['bob@there.example', 'eve@there.example'] }));
  assert.deepEqual(state.enqueued, [accepted.messageId]);
  assert.equal(accepted.accountId, acme);
  assert.deepEqual(accepted.deliveryIds, [
    deliveryIdOf(accepted.messageId, 0),
    deliveryIdOf(accepted.messageId, 1),
  ]);
  const [message] = state.accepted;
  assert.equal(message?.id, accepted.messageId);
  assert.deepEqual(
    [message?.headerFrom, message?.subject, message?.messageIdHeader, message?.acceptedAt],
    ['ada@acme.test', 'Hello', undefined, at],
  );
});

test('our trace fields are on top and every byte of the client follows', async () => {
  const state = aState();
  await submit(state);
  const stored = state.accepted[0]?.bytes ?? Buffer.alloc(0);
  const { fields } = parseHeaders(stored);
  assert.deepEqual(
    fields.slice(0, 2).map(({ name }) => name),
    ['Received', 'X-Waybill-Account'],
  );
  assert.ok(stored.toString().endsWith(aSubmission().bytes.toString()));
  const received = firstField(fields, 'Received');
  const hop = received && parseReceived(fieldValue(received));
  assert.deepEqual([hop?.clientIp, hop?.byHost, hop?.protocol], ['192.0.2.1', 'mx.waybill.test', 'ESMTPSA']);
  assert.match(received?.raw.toString() ?? '', /for <bob@there\.example>/);
});

test('the worker reads the same evidence from the stored bytes', async () => {
  const state = aState();
  const { messageId } = await submit(state);
  const { fields } = parseHeaders(state.accepted[0]?.bytes ?? Buffer.alloc(0));
  const evidence = readEvidence({ fields, macKeys: [headerKey], messageId });
  assert.deepEqual(evidence.header, { accountId: acme, credentialId: idOf(30) });
  assert.deepEqual([evidence.connectingIp, evidence.from.address], ['192.0.2.1', 'ada@acme.test']);
  assert.equal(readEvidence({ fields, macKeys: [headerKey], messageId: idOf(99) }).header, 'forged');
  assert.equal(
    readEvidence({ fields, macKeys: [createSecretKey(Buffer.alloc(32))], messageId }).header,
    'forged',
  );
});

test('Received does not name one recipient to the others', async () => {
  const state = aState();
  await submit(state, envelope({ rcptTo: ['bob@there.example', 'eve@there.example'] }));
  assert.doesNotMatch(state.accepted[0]?.bytes.subarray(0, 400).toString() ?? '', /for </);
});

test('control headers are read, removed and stored with the message', async () => {
  const state = aState();
  const bytes = lines(
    'X-Waybill-Account: v1; account=acc_forged',
    'From: ada@acme.test',
    'X-Waybill-Tag: welcome',
    'X-Waybill-Stream: receipts',
    '',
    'Hi',
  );
  const accepted = await submit(state, { bytes, options: { customId: 'from-http' } });
  const [message] = state.accepted;
  assert.deepEqual(message?.options, { tags: ['welcome'], stream: 'receipts', customId: 'from-http' });
  assert.equal(message?.streamId, idOf(21));
  assert.deepEqual(
    accepted.notes.map(({ what }) => what),
    ['forged_account_header'],
  );
  assert.doesNotMatch(message?.bytes.toString() ?? '', /acc_forged|X-Waybill-Tag/);
});

test('a recipient that is named twice gets one delivery', async () => {
  const state = aState();
  const { recipients, notes } = await submit(
    state,
    envelope({ rcptTo: ['bob@there.example', 'Bob@there.example', 'bob@THERE.example'] }),
  );
  assert.deepEqual(recipients, ['bob@there.example', 'Bob@there.example']);
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['recipients merged'],
  );
});

test('a message for an unknown stream gets the default stream and a note', async () => {
  const state = aState();
  const { streamId, notes } = await submit(state, { options: { stream: 'nowhere' } });
  assert.deepEqual([streamId, notes[0]?.what], [idOf(20), 'unknown stream']);
});

test('a scheduled message is stored and answered with its send time, and its trace shows it', async () => {
  const state = aState();
  const accepted = await submit(state, { options: { sendAt: '2026-03-02T12:00:00+02:00' } });
  assert.equal(accepted.sendAt?.toISOString(), '2026-03-02T10:00:00.000Z');
  const [message] = state.accepted;
  assert.deepEqual(message?.sendAt, accepted.sendAt);
  assert.deepEqual(message?.options, {});
  assert.deepEqual(
    message?.notes.map(({ step, what }) => [step, what]),
    [['send-at', 'scheduled']],
  );
});

test('a time that has just passed means at once', async () => {
  const state = aState();
  const accepted = await submit(state, { options: { sendAt: '2026-03-01T09:59:01Z' } });
  assert.deepEqual([accepted.sendAt, state.accepted[0]?.sendAt], [undefined, undefined]);
});

for (const [sendAt, detail] of [
  ['2026-03-31T10:00:01Z', /at most 30 days, now until 2026-03-31T10:00:00\.000Z/],
  ['2026-03-01T09:58:59Z', /is in the past/],
  ['2026-02-30T10:00:00Z', /not a date .* at most 30 days/],
  ['tomorrow', /not a date/],
] as const)
  test(`a message for ${sendAt} is refused by the option and by the control header, and none is stored`, async () => {
    const ways: readonly Partial<Submission>[] = [
      { options: { sendAt } },
      { bytes: lines(`X-Waybill-Send-At: ${sendAt}`, 'From: ada@acme.test', '', 'Hi') },
    ];
    for (const way of ways) {
      const state = aState();
      await assert.rejects(submit(state, way), (error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.code, 'send_time_refused');
        assert.match(error.detail ?? '', detail);
        return true;
      });
      assert.deepEqual(state.accepted, []);
    }
  });

test('a job queue that fails is reported and the message stays accepted', async () => {
  for (const onEnqueue of [
    () => {
      throw new Error('queue is away');
    },
  ]) {
    const state = aState({ onEnqueue });
    const accepted = await submit(state);
    await new Promise(setImmediate);
    assert.equal(state.accepted[0]?.id, accepted.messageId);
    assert.equal(state.failures.length, 1);
  }
});

test('a message that could not be stored is not enqueued and not accepted', async () => {
  const state = aState({
    onAccept: () => {
      throw new Error('database is away');
    },
  });
  await assert.rejects(submit(state), /database is away/);
  assert.deepEqual(state.enqueued, []);
});

const waysIn: readonly (readonly [string, Partial<Submission>, string, string])[] = [
  ['its credential', {}, acme, 'auth'],
  ['its own network', fromNetwork(acme), acme, 'ip'],
  ['From, through a trusted relay', fromNetwork(undefined), acme, 'from_domain'],
  [
    'the network, when the account that logged in is gone',
    { ...fromNetwork(acme), authenticated: { accountId: idOf(77), credentialId: idOf(78) } },
    acme,
    'ip',
  ],
];
for (const [name, some, accountId, by] of waysIn) {
  test(`the account is found by ${name}`, async () => {
    const { resolution } = await submit(aState(), some);
    assert.deepEqual([resolution.accountId, resolution.by], [accountId, by]);
  });
}

const from = (address: string): Partial<Submission> => ({ bytes: lines(`From: ${address}`, '', 'Hi') });
const lenient = aState({ accounts: [anAccount({ senderPolicy: 'lenient' }), anAccount({ id: beta })] });

type Row = readonly [string, Partial<InMemoryState>, Partial<Submission>, RefusalCode | undefined];
const rows: readonly Row[] = [
  ['a stranger', {}, { authenticated: undefined }, 'relay_denied'],
  ['a suspended account', { accounts: [anAccount({ status: 'suspended' })] }, {}, 'account_suspended'],
  ['a From of another account', {}, from('x@beta.test'), 'sender_not_allowed'],
  ['a From below a domain of another account', {}, from('x@sub.beta.test'), 'sender_not_allowed'],
  [
    'a proved address in a domain that another account verified',
    { fromAddresses: { 'x@beta.test': [acme] } },
    from('x@beta.test'),
    'sender_not_allowed',
  ],
  ['a From of the platform', {}, from('postmaster@waybill.test'), 'sender_not_allowed'],
  [
    'a From below the return path of the platform',
    { fromAddresses: { 'x@a.bounces.waybill.test': [acme] } },
    from('x@a.bounces.waybill.test'),
    'sender_not_allowed',
  ],
  ['a From that no account verified', {}, from('x@free.example'), 'sender_not_verified'],
  [
    'a proved From address',
    { fromAddresses: { 'x@free.example': [acme] } },
    { ...from('x@free.example'), ...envelope({ mailFrom: 'x@free.example' }) },
    undefined,
  ],
  [
    'an address that only another account registered',
    { fromAddresses: { 'x@free.example': [beta] } },
    from('x@free.example'),
    'sender_not_verified',
  ],
  ['an envelope sender of another account', {}, envelope({ mailFrom: 'x@beta.test' }), 'sender_not_allowed'],
  [
    'an envelope sender of the platform',
    {},
    envelope({ mailFrom: 'postmaster@waybill.test' }),
    'sender_not_allowed',
  ],
  [
    'a registered From address that is not proved',
    { unprovedAddresses: { 'x@free.example': [acme] } },
    from('x@free.example'),
    'sender_not_verified',
  ],
  [
    'lenient: a From of the platform',
    { accounts: lenient.accounts },
    from('postmaster@waybill.test'),
    'sender_not_allowed',
  ],
  [
    'lenient: a From below a domain of another account',
    { accounts: lenient.accounts },
    from('x@sub.beta.test'),
    'sender_not_allowed',
  ],
  ['the null envelope sender', {}, envelope({ mailFrom: undefined }), undefined],
  [
    'lenient: a From that no account verified',
    { accounts: lenient.accounts },
    { ...from('x@free.example'), ...envelope({ mailFrom: 'y@free.example' }) },
    undefined,
  ],
  [
    'lenient: a From of another account',
    { accounts: lenient.accounts },
    from('x@beta.test'),
    'sender_not_allowed',
  ],
  ['no From', {}, { bytes: lines('Subject: x', '', 'Hi') }, 'from_header_malformed'],
  [
    'two From fields',
    {},
    { bytes: lines('From: a@acme.test', 'From: b@acme.test', '', 'Hi') },
    'from_header_malformed',
  ],
  ['two addresses in From', {}, from('a@acme.test, b@beta.test'), 'from_header_malformed'],
  [
    'a message at the limit',
    {},
    { bytes: Buffer.concat([lines('From: ab@acme.test', ''), Buffer.alloc(10_000 - 22, 'x\r\n')]) },
    undefined,
  ],
  [
    'a message above the limit',
    {},
    { bytes: Buffer.concat([lines('From: a@acme.test', ''), Buffer.alloc(10_000, 'x\r\n')]) },
    'message_too_large',
  ],
  [
    'an account with a lower limit',
    { accounts: [anAccount({ maxMessageBytes: 10 })] },
    {},
    'message_too_large',
  ],
  [
    'a hundred hops',
    {},
    { bytes: lines(...Array(100).fill('Received: from x by y; z'), 'From: a@acme.test', '', 'Hi') },
    undefined,
  ],
  [
    'more than a hundred hops',
    {},
    { bytes: lines(...Array(101).fill('Received: from x by y; z'), 'From: a@acme.test', '', 'Hi') },
    'loop_detected',
  ],
  [
    'too many recipients',
    {},
    envelope({ rcptTo: ['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test'] }),
    'too_many_recipients',
  ],
  [
    'more recipients than the quota has left',
    { recipientsLeft: 1 },
    envelope({ rcptTo: ['a@x.test', 'b@x.test'] }),
    'quota_exceeded',
  ],
  [
    'as many recipients as the quota has left',
    { recipientsLeft: 2 },
    envelope({ rcptTo: ['a@x.test', 'b@x.test'] }),
    undefined,
  ],
  [
    'only a suppressed recipient',
    { suppressions: [aSuppression('bob@there.example')] },
    {},
    'recipient_suppressed',
  ],
  [
    'a suppressed recipient beside another',
    { suppressions: [aSuppression('bob@there.example')] },
    envelope({ rcptTo: ['bob@there.example', 'a@x.test'] }),
    undefined,
  ],
  [
    'a suppressed recipient where the account wants a report',
    {
      suppressions: [aSuppression('bob@there.example')],
      accounts: [anAccount({ suppressedRecipients: 'report' })],
    },
    {},
    undefined,
  ],
  [
    'a suppressed recipient with a bypass',
    { suppressions: [aSuppression('bob@there.example')] },
    { options: { bypassSuppression: true } },
    undefined,
  ],
  [
    'a complaint, bypass or not',
    { suppressions: [aSuppression('bob@there.example', { reason: 'complaint' })] },
    { options: { bypassSuppression: true } },
    'recipient_suppressed',
  ],
];
for (const [name, some, submission, code] of rows) {
  test(`${name} ${code ? `is refused with ${code}` : 'is accepted'}`, async () => {
    const state = aState(some);
    const outcome = await submit(state, submission).catch((error: unknown) => error);
    assert.equal(outcome instanceof Refusal ? outcome.code : undefined, code);
    assert.equal(state.accepted.length, code === undefined ? 1 : 0);
  });
}

test('a credential may be limited to domains', async () => {
  const credential = {
    id: idOf(30),
    accountId: acme,
    username: 'ada',
    secretHashes: [],
    cramSecret: undefined,
    scram: undefined,
    streamId: idOf(21),
    sandbox: true,
    networks: [],
    senderDomains: ['other.test'],
  };
  const authenticated = { accountId: acme, credentialId: idOf(30), credential };
  await assert.rejects(submit(aState(), { authenticated }), { code: 'sender_not_verified' });
  const free = { ...authenticated, credential: { ...credential, senderDomains: ['acme.test'] } };
  const accepted = await submit(aState(), { authenticated: free });
  assert.deepEqual([accepted.sandbox, accepted.streamId], [true, idOf(21)]);
});

test('a message that passes through us too often is a loop', async () => {
  const state = aState();
  let bytes = aSubmission().bytes;
  for (let round = 0; round < 6; round++) {
    await submit(state, { bytes });
    bytes = state.accepted.at(-1)?.bytes ?? bytes;
  }
  await assert.rejects(submit(state, { bytes }), { code: 'loop_detected' });
});

test('a refusal for quota names the time to try again', async () => {
  const refusal = await submit(aState({ recipientsLeft: 0 })).catch((error: unknown) => error);
  assert.ok(refusal instanceof Refusal);
  assert.deepEqual(refusal.retryAt, new Date('2026-03-01T11:00:00Z'));
});

test('an undecided message is refused and leaves a discard with its evidence', async () => {
  const state = aState();
  const networks = [fromNetwork(acme, true), fromNetwork(beta, true)].flatMap((one) => one.networks ?? []);
  const submission = { ...from('x@free.example'), authenticated: undefined, networks };
  await assert.rejects(submit(state, submission), { code: 'account_undecided' });
  const [discard] = state.discards;
  assert.equal(discard?.stage, 'session');
  assert.deepEqual(
    discard?.resolution.rejected.map(({ accountId }) => accountId),
    [acme, beta],
  );
  assert.equal(discard?.evidence.fromAddress, 'x@free.example');
  assert.equal(state.accepted.length, 0);
});

const head = 'From: ada@acme.test\r\n';
const headersTooLarge: readonly (readonly [string, string, RegExp])[] = [
  ['a megabyte in one field', `${head}X: ${'x'.repeat(1_048_576)}\r\n\r\n`, /524288 bytes/],
  ['a megabyte of folds', `${head}X: y${'\r\n z'.repeat(262_144)}\r\n\r\n`, /524288 bytes|10000 lines/],
  ['a megabyte of fields', `${head}${'a:\r\n'.repeat(262_144)}\r\n`, /1000 fields/],
  ['25 MiB that are nothing but header', 'a:\r\n'.repeat(6_553_600), /1000 fields/],
];
for (const [name, text, detail] of headersTooLarge)
  test(`${name} are refused`, async () => {
    const state = aState();
    const bytes = Buffer.from(text);
    await assert.rejects(
      submit(state, { bytes }),
      (error: unknown) =>
        error instanceof Refusal && error.code === 'header_too_large' && detail.test(error.detail ?? ''),
    );
    assert.deepEqual([state.accepted, state.discards], [[], []]);
  });

const large: readonly (readonly [string, string])[] = [
  ['2,000 levels', nested(2_000)],
  ['20,000 parts', `${mixed('b')}${`--b\r\n\r\npart\r\n`.repeat(20_000)}--b--\r\n`],
  ['a line of 20 MB', `${head}\r\n${'x'.repeat(20_000_000)}\r\n`],
  ['999 fields', `${head}${'X-Many: of them\r\n'.repeat(998)}\r\nHello\r\n`],
  [
    'a header of 500 KB',
    `${head}To:${'\r\n "A. Recipient" <some.one@there.example>,'.repeat(9_000)}\r\n\r\nHello\r\n`,
  ],
];
for (const [name, text] of large)
  test(`a message with ${name} is accepted unchanged`, async () => {
    const state = aState({ accounts: [anAccount({ maxMessageBytes: 30_000_000 })] });
    const bytes = Buffer.from(text);
    await submit(state, { bytes });
    assert.ok(state.accepted[0]?.bytes.subarray(-bytes.length).equals(bytes));
  });

test('a message without a last line end gets one', async () => {
  const state = aState();
  await submit(state, { bytes: Buffer.from('From: a@acme.test\r\n\r\nHi') });
  assert.ok(state.accepted[0]?.bytes.toString().endsWith('\r\n\r\nHi\r\n'));
});
