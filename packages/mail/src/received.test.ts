import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldValue, makeField, parseHeaders } from './headers.ts';
import { countReceived, formatReceived, type Hop, parseReceived, withKeyword } from './received.ts';

const aHop = (override: Partial<Hop> = {}): Hop => ({
  heloName: 'client.acme.test',
  clientIp: '192.0.2.7',
  byHost: 'mx.waybill.test',
  protocol: 'ESMTPSA',
  id: 'msg_01k',
  at: new Date('2026-11-21T09:22:43Z'),
  ...override,
});

/** As it is read from the stored bytes. */
const stored = (hop: Hop): string => {
  const [field] = parseHeaders(makeField('Received', formatReceived(hop)).raw).fields;
  assert.ok(field);
  return fieldValue(field);
};

const session = { extended: true, tls: false, authenticated: false, utf8: false };
const keywords: readonly [string, Partial<typeof session>][] = [
  ['SMTP', { extended: false }],
  ['ESMTP', {}],
  ['ESMTPS', { tls: true }],
  ['ESMTPA', { authenticated: true }],
  ['ESMTPSA', { tls: true, authenticated: true }],
  ['UTF8SMTP', { utf8: true }],
  ['UTF8SMTPS', { utf8: true, tls: true }],
  ['UTF8SMTPA', { utf8: true, authenticated: true }],
  ['UTF8SMTPSA', { utf8: true, tls: true, authenticated: true }],
];

for (const [keyword, override] of keywords) {
  test(`${keyword} is the keyword for ${JSON.stringify(override)}`, () => {
    assert.equal(withKeyword({ ...session, ...override }), keyword);
  });
}

test('names the client, the protocol, the id and the time', () => {
  const hop = aHop({
    clientName: 'host.acme.test',
    forRecipient: { local: 'ann', domain: 'other.test' },
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  });
  assert.equal(
    formatReceived(hop),
    [
      'from client.acme.test (host.acme.test [192.0.2.7])',
      ' by mx.waybill.test with ESMTPSA id msg_01k',
      ' for <ann@other.test>',
      ' tls TLS_AES_256_GCM_SHA384 (TLSv1.3);',
      ' Sat, 21 Nov 2026 09:22:43 +0000',
    ].join('\r\n'),
  );
  assert.equal(formatReceived(aHop()).split('\r\n').length, 3);
});

const hops: readonly [string, Partial<Hop>, string | undefined][] = [
  ['IPv4', {}, '192.0.2.7'],
  ['IPv6', { clientIp: '2001:DB8::0007' }, '2001:db8::7'],
  ['IPv4 on a dual-stack socket', { clientIp: '::ffff:192.0.2.7' }, '192.0.2.7'],
  ['a client with a name', { clientName: 'host.acme.test' }, '192.0.2.7'],
  ['a client that calls itself by an address', { heloName: '[203.0.113.9]' }, '192.0.2.7'],
  ['a client that calls itself by an IPv6 address', { heloName: '[IPv6:2001:db8::9]' }, '192.0.2.7'],
  ['a name in U-labels', { heloName: 'bücher.example' }, '192.0.2.7'],
  ['a name with an underscore', { heloName: 'DESKTOP_7' }, '192.0.2.7'],
  ['no name', { heloName: '' }, '192.0.2.7'],
  ['TLS', { tls: { version: 'TLSv1.2', cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' } }, '192.0.2.7'],
  ['a hidden client', { hideClientIp: true }, undefined],
  [
    'a quoted recipient',
    { forRecipient: { local: 'x>; by (evil) [1.2.3.4]', domain: 'other.test' } },
    '192.0.2.7',
  ],
  ['HTTP', { protocol: 'HTTP' }, '192.0.2.7'],
];

for (const [what, override, clientIp] of hops) {
  test(`reads back a hop of ${what}`, () => {
    const hop = aHop(override);
    const expected = { clientIp, byHost: hop.byHost, protocol: hop.protocol, id: hop.id };
    assert.deepEqual(parseReceived(stored(hop)), expected);
  });
}

const hostile = [
  'x (evil [203.0.113.9]) by mx.waybill.test with ESMTPSA id msg_evil; Sat, 21 Nov 2026 09:22:43 +0000',
  'x\r\n by evil.test',
  'x\r\nBcc: evil@other.test',
  'x) [203.0.113.9] (',
  '[203.0.113.9]) by evil.test (x',
  '[203.0.113.9] [203.0.113.8]',
  '[IPv6:zz]',
  '[203.0.113.999]',
  '(',
  ';',
  '\0',
  '\u2028',
  'é[203.0.113.9]',
  '-',
  'a'.repeat(5000),
  'hidden.invalid by evil.test with SMTP id x; Sat, 21 Nov 2026 09:22:43 +0000',
];

for (const name of hostile) {
  test(`a client that calls itself ${JSON.stringify(name).slice(0, 40)} is known by its address`, () => {
    for (const override of [{ heloName: name }, { clientName: name }, { heloName: name, clientName: name }]) {
      const read = parseReceived(stored(aHop(override)));
      assert.deepEqual(read, {
        clientIp: '192.0.2.7',
        byHost: 'mx.waybill.test',
        protocol: 'ESMTPSA',
        id: 'msg_01k',
      });
    }
  });
}

test('a hidden client leaves nothing of itself', () => {
  const text = formatReceived(
    aHop({ hideClientIp: true, heloName: 'secret.acme.test', clientName: 'secret.acme.test' }),
  );
  assert.doesNotMatch(text, /secret|192\.0\.2\.7/);
});

test('an address beyond ASCII is named only where the protocol carries it', () => {
  const forRecipient = { local: 'jörg', domain: 'acme.test' };
  assert.doesNotMatch(formatReceived(aHop({ forRecipient })), /for/);
  const value = stored(aHop({ forRecipient, protocol: 'UTF8SMTPSA' }));
  assert.match(value, /for </);
  assert.equal(parseReceived(value)?.clientIp, '192.0.2.7');
});

test('a hop without an address is a bug', () => {
  assert.throws(() => formatReceived(aHop({ clientIp: 'localhost' })), /IP address/);
});

const ours = stored(aHop());
const foreign: readonly [string, string][] = [
  ['nothing', ''],
  ['other words', 'from a.test by b.test; Sat, 21 Nov 2026 09:22:43 +0000'],
  [
    'Postfix',
    'from a.test (a.test [192.0.2.7]) by b.test (Postfix) with ESMTP id ABC; Sat, 21 Nov 2026 09:22:43 +0000 (UTC)',
  ],
  ['another zone', ours.replace('+0000', '+0100')],
  ['a date that is none', ours.replace('21 Nov', '31 Nov')],
  ['the wrong day', ours.replace('Sat', 'Sun')],
  ['two spaces', ours.replace(' by ', '  by ')],
  ['words behind', `${ours} x`],
  ['words in front', `x ${ours}`],
  ['two addresses', ours.replace('([', '([203.0.113.9] [203.0.113.9] [')],
  ['an IPv6 address in another spelling', ours.replace('192.0.2.7', 'IPv6:2001:DB8::7')],
  ['an IPv4 address in disguise', ours.replace('192.0.2.7', 'IPv6:::ffff:192.0.2.7')],
  ['an address that is none', ours.replace('192.0.2.7', '192.0.2.700')],
  ['no brackets', ours.replace('[', '').replace(']', '')],
  ['a line break', ours.replace(' by', '\r\n by')],
];

for (const [what, value] of foreign) {
  test(`does not take ${what} for our own wording`, () => {
    assert.notEqual(value, ours);
    assert.equal(parseReceived(value), undefined);
  });
}

test('counts the hops of a message', () => {
  const { fields } = parseHeaders(
    Buffer.from('Received: a\r\nX: 1\r\nRECEIVED: b\r\nX-Received: c\r\n\r\nReceived: d\r\n'),
  );
  assert.equal(countReceived(fields), 2);
});
