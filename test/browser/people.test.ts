/** How people get in, what a role sees, and how a person and an account go. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import type { Browser } from 'playwright-core';
import { ensureDevUser } from '../../apps/cli/src/dev/dev-user.ts';
import { codeOf } from '../support/authenticator-app.ts';
import { firstAccount, freshRecipient, operator } from '../support/black-box.ts';
import { databaseUrlOf, openDev, type TestDev } from '../support/dev.ts';
import { assertAccessible, openBrowser, wideLight } from './browser.ts';
import { acceptInvitation, linkTo, PASSWORD } from './invited.ts';
import { openTab, type Person } from './session.ts';

let dev: TestDev;
let browser: Browser;
before(async () => {
  [dev, browser] = await Promise.all([openDev(), openBrowser()]);
});
after(async () => {
  await browser.close();
  await dev.stop();
});

async function openOwnTab(base = dev.file.dashboard.url): Promise<Person> {
  const person = await openTab(browser, base, wideLight);
  person.context.setDefaultTimeout(15_000);
  return person;
}

async function signIn({ page }: Person, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'You and this browser' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

const shown = ({ page }: Person): Promise<void> => page.locator('#main h1').waitFor();

/** Accepts the invitation that was mailed to the address, as a new person, and signs in. */
async function accept(address: string): Promise<Person> {
  const tab = await openOwnTab();
  await acceptInvitation(tab, dev.file, address);
  await signIn(tab, address);
  await shown(tab);
  return tab;
}

test('the printed link signs in once', async () => {
  const place = {
    databaseUrl: await databaseUrlOf(dev),
    masterKey: loadMasterKey({
      WAYBILL_MASTER_KEY: undefined,
      WAYBILL_MASTER_KEY_FILE: join(dev.folder, 'master.key'),
    }),
    url: dev.file.api.url,
    accountId: dev.file.account.id,
  };
  const { signInUrl } = await ensureDevUser(place, dev.file.dashboard);
  const tab = await openOwnTab();
  await tab.page.goto(signInUrl);
  await shown(tab);
  await tab.page.getByRole('button', { name: 'You and this browser' }).click();
  await tab.page.getByText(dev.file.dashboard.email).first().waitFor();
  const later = await openOwnTab();
  await later.page.goto(signInUrl);
  await later.page.getByRole('heading', { name: 'This link does not work' }).waitFor();
});

test('an invited viewer sees no action and can change nothing, sets up a second factor, and signs in with a code', async () => {
  const email = freshRecipient('viewer').toLowerCase();
  const owner = await openOwnTab();
  await owner.page.goto(dev.file.dashboard.url);
  await signIn(owner, dev.file.dashboard.email, dev.file.dashboard.password);
  await shown(owner);
  await owner.open('/team');
  await owner.page.getByRole('button', { name: 'Invite someone' }).click();
  const dialog = owner.page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByLabel('Role').selectOption('viewer');
  await dialog.getByRole('button', { name: 'Invite someone' }).click();
  await owner.page.getByText(`${email} is invited.`).waitFor();
  await owner.context.close();

  const viewer = await accept(email);
  const { page, open } = viewer;
  const actions =
    /^(Create|Add (?!filter)|Invite|Suppress|Verify|Rotate|Revoke|Remove|Release|Change|Send|Cancel|Delete|Erase|Save|Act|Check|Import|Set)/;
  const api = firstAccount(dev.file);
  const first = async (path: string): Promise<string> => (await api.get(`${path}?limit=1`)).data[0].id;
  const pages = [
    'credentials',
    'domains',
    'streams',
    'suppressions',
    'webhooks',
    'team',
    'settings',
    'messages',
  ];
  pages.push(`messages/${await first('/v1/messages')}`, `domains/${await first('/v1/domains')}`);
  for (const path of pages) {
    await open(`/${path}`);
    assert.deepEqual(await page.getByRole('button', { name: actions }).allInnerTexts(), [], path);
  }
  const refused = await page.evaluate(`
    fetch('/v1/streams', { method: 'POST', headers: { 'content-type': 'application/json', 'waybill-account': '${dev.file.account.id}' },
      body: '{"name":"x"}' }).then(({ status }) => status)`);
  assert.equal(refused, 403);

  await open('/you');
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('dialog').getByRole('button', { name: 'Set up a second factor' }).click();
  const secret = (await page.getByRole('region', { name: 'Secret' }).innerText()).trim();
  await page.getByRole('dialog').getByLabel('Code').fill(codeOf(secret, Date.now()));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await signOut(viewer);
  await signIn(viewer, email);
  await page.getByLabel('Code of your authenticator app').fill(codeOf(secret, Date.now(), 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await shown(viewer);
  await viewer.context.close();
});

test('a passkey is added, signs in without a password, and is removed', async () => {
  const url = new URL(dev.file.dashboard.url);
  const atAddress = await openOwnTab();
  await atAddress.page.goto(url.href);
  await atAddress.page.getByText('Passkeys do not work here').waitFor();
  url.hostname = 'localhost';
  assert.ok(await atAddress.page.getByRole('link', { name: /localhost/ }).getAttribute('href'));
  await atAddress.context.close();

  const name = `laptop ${Date.now().toString(36)}`;
  const tab = await openOwnTab(url.href);
  const { page, open, context } = tab;
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url.href);
  await signIn(tab, dev.file.dashboard.email, dev.file.dashboard.password);
  await shown(tab);
  await open('/you');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Current password').fill(dev.file.dashboard.password);
  await dialog.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  await page.getByRole('cell', { name, exact: true }).waitFor();
  await signOut(tab);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await shown(tab);
  await open('/you');
  await page.getByRole('button', { name: `Remove: ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('The passkey is removed.').waitFor();
  await page.getByRole('cell', { name, exact: true }).waitFor({ state: 'detached' });
  await context.close();
});

test('an owner takes another address, deletes the account by its name, keeps it after all, and cannot leave as the last owner', async () => {
  const email = freshRecipient('owner').toLowerCase();
  await operator(dev.file).post('/v1/admin/accounts', { name: 'Harbour', owner: { email } });
  const tab = await accept(email);
  const { page, open } = tab;
  await open('/team');
  await page.getByRole('button', { name: 'Delete this account' }).click();
  const dialog = page.getByRole('dialog');
  const submit = dialog.getByRole('button', { name: 'Delete this account' });
  await dialog.getByLabel('Your password').fill(PASSWORD);
  assert.equal(await submit.isDisabled(), true);
  await dialog.getByLabel('Type Harbour to confirm').fill('Harbour');
  await submit.click();
  const banner = page.getByText('This account will be deleted');
  await banner.waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Keep the account' }).click();
  await page.getByText('The account stays').waitFor();
  await banner.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Leave this account' }).click();
  await dialog.getByRole('button', { name: 'Leave this account' }).click();
  await dialog.getByText('this is the last owner of the account').waitFor();

  const next = freshRecipient('moved').toLowerCase();
  await open('/you');
  await page.getByLabel('New e-mail address').fill(next);
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Change the address' }).click();
  await page.getByText(`${next} takes its place`).waitFor();
  await page.goto(await linkTo(dev.file, next));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'The address is confirmed' }).waitFor();
  await open('/you');
  await page.getByText(`You sign in as ${next}.`).waitFor();
  await tab.context.close();
});
