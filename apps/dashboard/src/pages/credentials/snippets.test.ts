import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySnippets } from './key-snippets.ts';
import { type SmtpLogin, smtpSnippets } from './smtp-snippets.ts';

const login: SmtpLogin = {
  host: 'mail.acme.example',
  port: 587,
  security: 'starttls',
  username: 'wb-shop',
  password: '4fww9w0v34e1nd5h',
  from: 'hello@acme.example',
};

test('each of a dozen SMTP clients gets host, port, user name and password', () => {
  const snippets = smtpSnippets(login);
  assert.ok(snippets.length >= 12);
  for (const [name, text] of snippets)
    for (const value of [login.host, String(login.port), login.username, login.password])
      assert.ok(text.includes(value), `${name} has ${value}`);
});

test('TLS from the first byte, STARTTLS and neither have words of their own', () => {
  const pythonOf = (security: SmtpLogin['security']) =>
    smtpSnippets({ ...login, security }).find(([name]) => name.startsWith('Python'))?.[1] ?? '';
  assert.match(pythonOf('starttls'), /SMTP\('.*\n {4}server\.starttls\(\)/);
  assert.match(pythonOf('tls'), /SMTP_SSL\(/);
  assert.doesNotMatch(pythonOf('none'), /SSL|starttls/);
});

test('each program gets the URL and the key', () => {
  for (const [name, text] of keySnippets({
    origin: 'https://mail.acme.example',
    key: 'wb_live_x',
    from: login.from,
  }))
    assert.ok(text.includes('https://mail.acme.example') && text.includes('wb_live_x'), name);
});
