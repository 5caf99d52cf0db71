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

/** What we replace in smtp-server, and what we rely on: an upgrade that moves any of it fails here first. */
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

test('no command is answered by the library that we do not know of', () => {
  const handlers = ownMethods(SMTPConnection).filter((name) => name.startsWith('handler_'));
  const known =
    'AUTH DATA EHLO HELO HELP KILL MAIL NOOP QUIT RCPT RSET SHELL STARTTLS VRFY WIZ XCLIENT XFORWARD';
  assert.deepEqual(handlers.map((name) => name.slice('handler_'.length)).sort(), known.split(' '));
});

test('its sources still work as ours rely on', () => {
  const connection = source('smtp-connection.js');
  assert.match(
    connection,
    /if \(this\._server\._closeTimeout\) \{\s*return this\.send\(421, 'Server shutting down'/,
  );
  // The TLS socket of STARTTLS, which nobody else is shown before it is secure.
  assert.match(connection, /this\._upgrading = true;[\s\S]+?this\._armTimeout\(tlsSocket\)/);
  assert.match(connection, /handler\.call\(this, command, handlerCallback\)/);
  assert.match(connection, /this\.session\.user = false;\s*this\.hostNameAppearsAs = false/);
});

test('every reply that the library words gets one status, of the class of its code', () => {
  const replies = [...source('smtp-connection.js').matchAll(/\.send\((\d{3}), ('[^']*')/g)];
  assert.ok(replies.length > 20);
  for (const [, code = '', text = ''] of replies) {
    if (code.startsWith('3')) continue;
    const said = withStatus(Number(code), text.slice(1, -1), false);
    assert.match(said, new RegExp(`^${code[0]}\\.\\d\\.\\d{1,2} (?!\\d\\.\\d)(?!Error)`), `${code} ${said}`);
  }
});

test('a greeting carries no status', () => {
  assert.equal(withStatus(220, 'mx.waybill.test ESMTP', true), 'mx.waybill.test ESMTP');
});
