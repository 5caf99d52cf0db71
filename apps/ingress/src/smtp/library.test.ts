import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { Connection } from './connection.ts';
import { Input } from './input.ts';
import { withStatus } from './library-replies.ts';
import { Server } from './server.ts';

/** The parts of smtp-server that we replace or rely on. An upgrade that changes one of them fails here. */
const source = (file: string): string =>
  readFileSync(createRequire(import.meta.url).resolve(`smtp-server/lib/${file}`), 'utf8');

const ownMethods = (type: { prototype: object }): readonly string[] =>
  Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor');

const pairs = [
  [
    Connection,
    SMTPConnection,
    ['init', 'send', '_armTimeout', '_createParser', '_onCommand', '_whenWritable', '_resetSession'],
  ],
  [Connection, SMTPConnection, ['_onTimeout', '_onClose']],
  [
    Connection,
    SMTPConnection,
    ['handler_EHLO', 'handler_AUTH', 'handler_MAIL', 'handler_RCPT', 'handler_DATA'],
  ],
  [Input, SMTPStream, ['_write', '_flushData', 'continue']],
  [Server, SMTPServer, ['connect', '_expectsProxyHeader', '_acceptSocket', '_upgrade']],
] as const;

for (const [ours, theirs, names] of pairs) {
  test(`${ours.name} replaces ${names.join(', ')}, and smtp-server still has them`, () => {
    for (const name of names) {
      assert.ok(ownMethods(ours).includes(name), `ours: ${name}`);
      assert.ok(ownMethods(theirs).includes(name), `theirs: ${name}`);
    }
  });
}

test('the library handles no command that is not listed here', () => {
  const handlers = ownMethods(SMTPConnection).filter((name) => name.startsWith('handler_'));
  const known =
    'AUTH DATA EHLO HELO HELP KILL MAIL NOOP QUIT RCPT RSET SHELL STARTTLS VRFY WIZ XCLIENT XFORWARD';
  assert.deepEqual(handlers.map((name) => name.slice('handler_'.length)).sort(), known.split(' '));
});

test('the sources of the library still have the lines that ours rely on', () => {
  const connection = source('smtp-connection.js');
  assert.match(
    connection,
    /if \(this\._server\._closeTimeout\) \{\s*return this\.send\(421, 'Server shutting down'/,
  );
  // The TLS socket of STARTTLS, which the library exposes nowhere else before the handshake ends.
  assert.match(connection, /this\._upgrading = true;[\s\S]+?this\._armTimeout\(tlsSocket\)/);
  assert.match(connection, /handler\.call\(this, command, handlerCallback\)/);
  assert.match(connection, /this\.session\.user = false;\s*this\.hostNameAppearsAs = false/);
});

test('every reply of the library gets one status, of the class of its code', () => {
  const replies = [...source('smtp-connection.js').matchAll(/\.send\((\d{3}), ('[^']*')/g)];
  assert.ok(replies.length > 20);
  for (const [, code = '', text = ''] of replies) {
    if (code.startsWith('3')) continue;
    const reply = withStatus(Number(code), text.slice(1, -1), false);
    assert.match(
      reply,
      new RegExp(`^${code[0]}\\.\\d\\.\\d{1,2} (?!\\d\\.\\d)(?!Error)`),
      `${code} ${reply}`,
    );
  }
});

test('a greeting has no status', () => {
  assert.equal(withStatus(220, 'mx.waybill.test ESMTP', true), 'mx.waybill.test ESMTP');
});
