import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fieldsNamed, fieldValue, parseHeaders } from '@waybill/mail/headers';
import { parsePublicId } from '@waybill/relay/id';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const from = 'app@send.test';
let api: TestApi;
let account: TestAccount;

before(async () => {
  api = await openTestApi({ env: { MAX_MESSAGE_BYTES: '200000' } });
  account = await api.makeAccount();
  await account.mayBeFrom(from);
});
after(() => api.close());

const aBody = (more: Record<string, unknown> = {}) => ({
  from: `App <${from}>`,
  to: 'ada@example.com',
  subject: 'Hello',
  text: 'Hi Ada',
  ...more,
});
const stored = async (id: string): Promise<Json> => {
  const { rows } = await api.test.database.pool.query(
    'SELECT m.*, c.bytes FROM message m JOIN message_content c ON c.message_id = m.id WHERE m.id = $1',
    [parsePublicId('msg', id)],
  );
  return rows[0];
};
const rowCount = async (): Promise<number> =>
  Number((await api.test.database.pool.query('SELECT count(*) AS n FROM message')).rows[0].n);

test('a submission is kept before it is answered, with an id per recipient', async () => {
  const answer = await account.ask(
    'POST /v1/messages',
    aBody({
      to: ['ada@example.com', 'Bob <bob@example.com>'],
      bcc: 'eve@example.com',
      tags: ['hello'],
      custom_id: 'c-1',
    }),
  );
  assert.equal(answer.status, 202);
  assert.match(answer.body.id, /^msg_/);
  assert.equal(answer.body.status, 'accepted');
  assert.deepEqual(
    answer.body.deliveries.map(({ recipient, status }: Json) => [recipient, status]),
    [
      ['ada@example.com', 'queued'],
      ['bob@example.com', 'queued'],
      ['eve@example.com', 'queued'],
    ],
  );
  const row = await stored(answer.body.id);
  assert.equal(row.state, 'accepted');
  assert.equal(row.custom_id, 'c-1');
  const { fields } = parseHeaders(row.bytes);
  assert.equal(fields.filter(({ key }) => key === 'x-waybill-account').length, 1);
  assert.match(fieldValue(fieldsNamed(fields, 'Received')[0] as never), /HTTP/i);
  assert.doesNotMatch(row.bytes.toString(), /eve@example/);
});

test('the stored message can be read back in parts, our own header left out', async () => {
  const { id } = (await account.ask('POST /v1/messages', aBody({ html: '<p>Hi <b>Ada</b></p>' }))).body;
  const part = async (name: string) => (await account.ask(`GET /v1/messages/${id}/content?part=${name}`)).raw;
  const html = await part('html');
  assert.equal(html.body.trim(), '<p>Hi <b>Ada</b></p>');
  assert.match(String(html.headers['content-security-policy']), /^sandbox; default-src 'none'/);
  assert.match((await part('text')).body, /Hi Ada/);
  assert.match((await part('headers')).body, /^Received:[\s\S]*Subject: Hello/);
  const raw = await part('raw');
  assert.equal(raw.headers['content-type'], 'message/rfc822');
  assert.doesNotMatch(raw.body, /X-Waybill/i);
  assert.match(raw.body, /Hi Ada/);
  assert.equal((await part('delivered')).statusCode, 400);
  assert.equal((await part('everything')).statusCode, 400);
});

test('lists find it by what it is', async () => {
  const { id } = (
    await account.ask(
      'POST /v1/messages',
      aBody({ to: 'zed@filter.example', subject: 'Needle 42', tags: ['t-1'], custom_id: 'n-1' }),
    )
  ).body;
  for (const query of [
    'q=Needle',
    'tag=t-1',
    'custom_id=n-1',
    'status=accepted',
    'stream=transactional',
    `from=${from}`,
  ]) {
    const { body } = await account.ask(`GET /v1/messages?${query}`);
    assert.ok(
      body.data?.some((row: Json) => row.id === id),
      `${query}: ${JSON.stringify(body).slice(0, 300)}`,
    );
  }
  for (const query of [
    'q=Haystack',
    'tag=t-2',
    'custom_id=n-2',
    'status=delivered',
    'stream=none',
    'until=2020-01-01T00:00:00Z',
  ])
    assert.deepEqual((await account.ask(`GET /v1/messages?${query}`)).body.data, [], query);
});

test('pages follow each other without gap or repetition, newest first', async () => {
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 20; pages++) {
    const { body } = await account.ask(`GET /v1/messages?limit=2${after && `&after=${after}`}`);
    seen.push(...body.data.map(({ id }: Json) => id));
    if (!body.has_more) break;
    after = body.next_cursor;
  }
  assert.ok(seen.length >= 3);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(seen, seen.toSorted().reverse());
  assert.equal((await account.ask('GET /v1/messages?after=nonsense')).status, 400);
  assert.equal((await account.ask(`GET /v1/domains?after=${after || 'x'}`)).status, 400);
  for (const limit of ['0', '101', '-1', 'x', '1.5'])
    assert.equal((await account.ask(`GET /v1/messages?limit=${limit}`)).status, 400, limit);
});

const faults: readonly (readonly [string, Record<string, unknown>, number, string, string?])[] = [
  ['no recipient', { to: [] }, 400, 'request_malformed', '/to'],
  ['an address that is none', { to: 'absent' }, 400, 'request_malformed', '/to'],
  ['two senders', { from: `${from}, ${from}` }, 400, 'request_malformed', '/from'],
  ['a sender that is not ours', { from: 'app@elsewhere.example' }, 403, 'sender_not_verified'],
  ['an unknown stream', { stream: 'nowhere' }, 400, 'request_malformed', '/stream'],
  ['a field of our own inside', { account_id: 'acc_x' }, 400, 'request_malformed'],
  ['a header of ours', { headers: { 'X-Waybill-Account': 'v1' } }, 400, 'request_malformed'],
  [
    'a picture that is no base64',
    { attachments: [{ filename: 'a', content: '***' }] },
    400,
    'request_malformed',
  ],
  [
    'a file that was cut short',
    {
      attachments: [
        { filename: 'a', content: 'AAAA' },
        { filename: 'b', content: 'AAAAA' },
      ],
    },
    400,
    'request_malformed',
    '/attachments/1/content',
  ],
  ['nothing to say', { text: undefined }, 400, 'request_malformed', ''],
  ['a name that may hide an address', { from: `A <a@b.test> <${from}>` }, 400, 'request_malformed', '/from'],
  [
    'a file from this machine',
    { attachments: [{ filename: 'a', path: '/etc/passwd' }] },
    400,
    'request_malformed',
  ],
  ['a time that is none', { scheduled_at: 'tomorrow' }, 400, 'send_time_refused', '/scheduled_at'],
  ['a message beyond the limit', { text: 'x'.repeat(250_000) }, 413, 'message_too_large'],
  ['a body beyond every limit', { text: 'x'.repeat(900_000) }, 413, 'message_too_large'],
];
for (const [what, more, status, code, pointer] of faults)
  test(`${what} is refused as ${code}, with a fix and a page, and no message is stored`, async () => {
    const before = await rowCount();
    const answer = await account.ask('POST /v1/messages', aBody(more));
    assert.equal(answer.status, status, answer.raw.body);
    assert.equal(answer.body.code, code);
    assert.ok(answer.body.fix.length > 5);
    assert.match(answer.body.type, new RegExp(`/problems/${code}$`));
    assert.equal(answer.body.request_id, answer.raw.headers['request-id']);
    if (pointer !== undefined)
      assert.ok(
        answer.body.errors?.some((one: Json) => one.pointer.startsWith(pointer)),
        answer.raw.body,
      );
    assert.equal(await rowCount(), before);
  });

test('a suppressed recipient is refused at the door', async () => {
  await account.ask('POST /v1/suppressions', { address: 'No.More@Example.com' });
  const answer = await account.ask('POST /v1/messages', aBody({ to: 'no.more@example.com' }));
  assert.equal(answer.status, 409);
  assert.equal(answer.body.code, 'recipient_suppressed');
});

test('of several recipients the suppressed one is shown as suppressed, also when the message is repeated', async () => {
  await account.ask('POST /v1/suppressions', { address: 'quiet..one@example.com' });
  const statuses = (answer: { body: Json }) =>
    answer.body.deliveries.map(({ recipient, status }: Json) => [recipient, status]);
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const to = ['ada@example.com', '"Quiet..One"@example.com'];
  const suppressed = ['"Quiet..One"@example.com', 'suppressed'];
  const answer = await account.ask('POST /v1/messages', aBody({ to }));
  assert.deepEqual(statuses(answer), [['ada@example.com', 'queued'], suppressed]);
  const scheduled = await account.ask('POST /v1/messages', aBody({ to, scheduled_at: later }));
  assert.deepEqual(statuses(scheduled), [['ada@example.com', 'scheduled'], suppressed]);
  const raw = `From: ${from}\r\nX-Waybill-Idempotency-Key: s-1\r\n\r\nx\r\n`;
  const headers = { 'content-type': 'message/rfc822', 'x-envelope-to': to.join(', ') };
  const first = await account.ask('POST /v1/messages/raw', raw, headers);
  const again = await account.ask('POST /v1/messages/raw', raw, headers);
  assert.equal(again.body.id, first.body.id);
  for (const one of [first, again])
    assert.deepEqual(statuses(one), [['ada@example.com', 'queued'], suppressed]);
});

test('another media type and broken JSON get different answers', async () => {
  const send = (type: string, payload: string) =>
    account.ask('POST /v1/messages', payload, { 'content-type': type });
  assert.equal((await send('text/plain', '{}')).status, 415);
  assert.equal((await send('application/json', '{"from":')).body.code, 'request_malformed');
  assert.equal((await send('application/json', '')).body.code, 'request_malformed');
  assert.equal((await send('application/json', '{"__proto__":{"from":"x"}}')).status, 400);
});

test('a raw message is kept byte by byte under what we put on top', async () => {
  const raw = Buffer.from(
    `From: ${from}\r\nTo: ada@example.com\r\nSubject: R\xe9sum\xe9\r\nX-Odd :  x\r\n\r\n.dot\r\nlast\r\n`,
    'latin1',
  );
  const answer = await account.ask('POST /v1/messages/raw', raw, {
    'content-type': 'message/rfc822',
    'x-envelope-from': `<${from}>`,
    'x-envelope-to': 'ada@example.com, "Bob B" <bob@example.com>',
  });
  assert.equal(answer.status, 202, answer.raw.body);
  assert.deepEqual(
    answer.body.deliveries.map(({ recipient }: Json) => recipient),
    ['ada@example.com', 'bob@example.com'],
  );
  const { bytes, envelope } = await stored(answer.body.id);
  assert.ok(bytes.subarray(-raw.length).equals(raw));
  assert.equal(envelope.mailFrom, from);
});

test('a raw message from a Unix editor gets CRLF; control headers are read and stripped', async () => {
  const raw = `From: ${from}\nSubject: x\nX-Waybill-Tag: raw\n\nline\n`;
  const headers = { 'content-type': 'message/rfc822', 'x-envelope-to': 'ada@example.com' };
  const answer = await account.ask('POST /v1/messages/raw', raw, headers);
  assert.equal(answer.status, 202, answer.raw.body);
  const { bytes, tags } = await stored(answer.body.id);
  assert.ok(bytes.toString().endsWith('Subject: x\r\n\r\nline\r\n'));
  assert.deepEqual(tags, ['raw']);
});

for (const [what, headers, payload, code] of [
  ['no recipient', {}, `From: ${from}\r\n\r\nx\r\n`, 'request_malformed'],
  ['a recipient that is none', { 'x-envelope-to': 'ada' }, `From: ${from}\r\n\r\nx\r\n`, 'request_malformed'],
  [
    'two envelope senders',
    { 'x-envelope-to': 'a@example.com', 'x-envelope-from': 'a@b.test, c@d.test' },
    `From: ${from}\r\n\r\nx\r\n`,
    'request_malformed',
  ],
  ['no From', { 'x-envelope-to': 'a@example.com' }, 'Subject: x\r\n\r\nx\r\n', 'from_header_malformed'],
  [
    'two From',
    { 'x-envelope-to': 'a@example.com', 'x-envelope-from': from },
    `From: ${from}\r\nFrom: b@c.test\r\n\r\nx\r\n`,
    'from_header_malformed',
  ],
  [
    'From with thousands of addresses',
    { 'x-envelope-to': 'a@example.com' },
    `From: ${`${from}, `.repeat(5_000)}${from}\r\n\r\nx\r\n`,
    'from_header_malformed',
  ],
  [
    'thousands of fields',
    { 'x-envelope-to': 'a@example.com' },
    `From: ${from}\r\n${'a:\r\n'.repeat(5_000)}\r\nx\r\n`,
    'header_too_large',
  ],
  [
    'a line of 999 bytes in the body',
    { 'x-envelope-to': 'a@example.com' },
    `From: ${from}\r\n\r\nx\r\n${'x'.repeat(999)}`,
    'line_too_long',
  ],
  ['a NUL', { 'x-envelope-to': 'a@example.com' }, `From: ${from}\n\n\0\n`, 'bare_line_ending'],
  [
    'two Subjects that differ',
    { 'x-envelope-to': 'a@example.com' },
    `From: ${from}\r\nSubject: a\r\nSubject: b\r\n\r\nx\r\n`,
    'header_field_repeated',
  ],
  [
    'mixed line ends',
    { 'x-envelope-to': 'a@example.com' },
    `From: ${from}\r\n\r\nx\ny\r\n`,
    'bare_line_ending',
  ],
  ['no byte', { 'x-envelope-to': 'a@example.com' }, '', 'message_malformed'],
  [
    '101 Received fields',
    { 'x-envelope-to': 'a@example.com' },
    `${'Received: by mx.elsewhere.example\r\n'.repeat(101)}From: ${from}\r\n\r\nx\r\n`,
    'loop_detected',
  ],
] as const)
  test(`a raw message with ${what} is refused`, async () => {
    const answer = await account.ask('POST /v1/messages/raw', payload, {
      'content-type': 'message/rfc822',
      ...headers,
    });
    assert.equal(answer.body?.code, code, answer.raw.body);
  });

test('a database whose disk is full is 503 with a code of its own, and nothing is stored', async () => {
  const { pool } = api.test.database;
  await pool.query(`
    CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'could not extend file "base/16384/1"' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER disk_full BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION disk_full()`);
  const before = await rowCount();
  const { status, body, raw } = await account.ask('POST /v1/messages', aBody());
  await pool.query('DROP FUNCTION disk_full CASCADE');
  assert.deepEqual([status, body.code], [503, 'storage_full'], raw.body);
  assert.ok(Number(raw.headers['retry-after']) >= 1);
  assert.doesNotMatch(raw.body, /base\/16384/);
  assert.equal(await rowCount(), before);
  assert.equal((await account.ask('POST /v1/messages', aBody())).status, 202);
});

test('a batch answers for each item; a bad one costs only itself', async () => {
  const before = await rowCount();
  const { status, body } = await account.ask('POST /v1/messages/batch', {
    messages: [
      aBody(),
      { from, to: 'absent' },
      aBody({ from: 'x@elsewhere.example' }),
      { nonsense: 1 },
      aBody(),
    ],
  });
  assert.equal(status, 202);
  assert.deepEqual(
    body.data.map((one: Json) => one.message?.status ?? one.error.code),
    ['accepted', 'request_malformed', 'sender_not_verified', 'request_malformed', 'accepted'],
  );
  assert.match(body.data[3].error.errors[0].pointer, /^\/messages\/3/);
  assert.equal(await rowCount(), before + 2);
  const many = { messages: Array.from({ length: 101 }, () => aBody()) };
  assert.equal((await account.ask('POST /v1/messages/batch', many)).status, 400);
});

test('a test key’s mail stays in the sandbox, whatever the body says', async () => {
  const { key } = (await account.ask('POST /v1/api-keys', { name: 't', kind: 'test' })).body;
  assert.match(key, /^wb_test_/);
  const ask = api.as(key);
  const sent = await ask('POST /v1/messages', aBody({ sandbox: false }));
  assert.equal((await stored(sent.body.id)).sandbox, true);
  const live = await account.ask('POST /v1/messages', aBody());
  assert.equal((await stored(live.body.id)).sandbox, false);
  assert.equal((await ask('POST /v1/api-keys', { name: 'up', kind: 'live' })).status, 403);
  assert.equal((await ask('POST /v1/smtp-credentials', { name: 'up' })).status, 403);
});

test('a scheduled message waits', async () => {
  const at = new Date(Date.now() + 3_600_000);
  const { id } = (await account.ask('POST /v1/messages', aBody({ scheduled_at: at.toISOString() }))).body;
  assert.ok((await stored(id)).next_action_at >= at);
});

const injections = [
  '\r\nBcc: eve@evil.test',
  '\nBcc: eve@evil.test',
  '\rBcc: eve@evil.test',
  '\0',
  '\u2028Bcc: eve@evil.test',
  '%0d%0aBcc: eve@evil.test',
  '=?utf-8?q?=0D=0ABcc:_eve@evil.test?=',
  '=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=',
];
test('whatever is put into any field, no message gets a header field that was not asked for', async () => {
  const allowed = new Set([
    'received',
    'x-waybill-account',
    'from',
    'to',
    'cc',
    'reply-to',
    'subject',
    'message-id',
    'date',
    'mime-version',
    'content-type',
    'content-transfer-encoding',
    'x-note',
  ]);
  for (const text of injections) {
    const bodies = [
      { from: `"A${text}" <${from}>` },
      { from: `${from}${text}` },
      { to: `ada@example.com${text}` },
      { to: [`"A${text}" <ada@example.com>`] },
      { cc: `ada@example.com${text}` },
      { reply_to: `"${text}" <ada@example.com>` },
      { subject: `Hi${text}` },
      { headers: { 'X-Note': `x${text}` } },
      { headers: { [`X-Note${text}`]: 'x' } },
      { attachments: [{ filename: `a${text}.txt`, content: 'eA==' }] },
      { attachments: [{ filename: 'a', content: 'eA==', content_id: `x${text}` }] },
      { tags: [`x${text}`] },
      { custom_id: `x${text}` },
      { metadata: { k: `x${text}` } },
    ];
    for (const more of bodies) {
      const answer = await account.ask('POST /v1/messages', aBody(more));
      if (answer.status !== 202) {
        assert.equal(answer.status, 400, `${JSON.stringify(more)}: ${answer.raw.body}`);
        continue;
      }
      const { bytes, envelope } = await stored(answer.body.id);
      const extra = parseHeaders(bytes).fields.filter(({ key }) => !allowed.has(key));
      assert.deepEqual(
        extra.map(({ name }) => name),
        [],
        JSON.stringify(more),
      );
      assert.deepEqual(
        envelope.rcptTo.filter((one: string) => one.includes('evil')),
        [],
        JSON.stringify(more),
      );
    }
  }
});
