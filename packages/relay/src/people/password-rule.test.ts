import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalPassword, passwordFault } from './password-rule.ts';

const list = new Set(['password', 'sunshine', 'qwertyuiopasdfgh', 'iloveyouforever']);
const isCommon = async (text: string): Promise<boolean> => list.has(text);

for (const [password, fault] of [
  ['correct horse battery', undefined],
  ['kitchen-8392-!49213', undefined],
  ['zwölf Zeichen', undefined],
  ['short', /at least 12/],
  ['elevenchars', /at least 12/],
  ['👍👍👍👍👍👍', /at least 12/],
  ['QwertyUIOPasdfgh', /tried first/],
  ['Password2026!', /tried first/],
  ['passwordpassword', /tried first/],
  ['SunshineSunshineSunshine', /tried first/],
  ['aaaaaaaaaaaaaa', /repeats/],
  ['ab1ab1ab1ab1ab1', /repeats/],
  ['123456789012', /repeats/],
  ['abcdefghijklmn', /repeats/],
  ['ada@example.com', /mail address/],
  ['lovelace.ada12', undefined],
] as const)
  test(`the password ${password} is ${fault === undefined ? 'accepted' : 'refused'}`, async () => {
    const found = await passwordFault(password, 'ada@example.com', isCommon);
    if (fault === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', fault);
  });

test('the local part of the address with digits is refused', async () => {
  assert.match((await passwordFault('ada.lovelace99', 'ada.lovelace@example.com', isCommon)) ?? '', /mail/);
});

test('composed and decomposed letters are one password', () => {
  assert.equal(normalPassword('Zu\u0308rich'), normalPassword('Zürich'));
});
