import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSettings } from './app-settings.ts';

const connection = {
  host: 'mail.acme.example',
  port: 2587,
  isTls: true,
  user: 'wb-user',
  password: 'secretsecret',
  from: 'app@acme.example',
};

test('there are more than twenty programs, each once', () => {
  assert.ok(appSettings.length >= 20);
  assert.equal(new Set(appSettings.map(({ name }) => name)).size, appSettings.length);
});

for (const { name, text } of appSettings)
  test(`the settings of ${name} hold host, port, user and password of the account`, () => {
    for (const words of [connection.host, '2587', connection.user, connection.password])
      assert.ok(text(connection).includes(words), words);
  });

test('without TLS no program is set to ask for it', () => {
  for (const { name, text } of appSettings)
    assert.doesNotMatch(
      text({ ...connection, isTls: false }),
      /ENCRYPTION_STARTTLS|MandatoryStartTLS|Enable StartTLS|smtp\+starttls|= True|: true$/m,
      name,
    );
});
