/** The first page of a new account: it ticks itself, and fills in what a program asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiOf, operator } from '../support/black-box.ts';
import { assertAccessible } from './browser.ts';
import { openStage } from './stage.ts';

const stage = openStage();

/** An account that has sent nothing, in which the logged-in operator acts. */
async function newAccount(): Promise<string> {
  const { page } = stage.person;
  const account = await operator(stage.file).post('/v1/admin/accounts', {
    name: 'New (demo)',
    sender_policy: 'lenient',
  });
  const acting = { account_id: account.id, reason: 'helps to start' };
  const headers = { origin: new URL(page.url()).origin };
  const answer = await page.request.post(`${stage.file.api.url}/v1/session/acting`, {
    data: acting,
    headers,
  });
  assert.equal(answer.status(), 200);
  return account.id;
}

test('an account that has sent nothing starts here; steps tick as they are done', async () => {
  const { page, open } = stage.person;
  const account = await newAccount();
  await open(`/?account=${account}`);
  await page.getByRole('heading', { name: 'Get started', level: 1 }).waitFor();
  const step = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await step('Send a message').getByText('Next').waitFor();
  await assertAccessible(page);
  await apiOf({ ...stage.file.api, key: stage.file.api.operatorKey, accountId: account }).post(
    '/v1/messages',
    {
      from: 'app@new.example',
      to: 'ada@example.com',
      subject: 'First',
      text: 'x',
    },
  );
  await step('Send a message').getByText('Done').waitFor();
  await step('See it arrive').getByText('Done').waitFor();
  await step('Add your domain').getByText('Next').waitFor();
});

test('the settings of a framework are filled in with a new credential', async () => {
  const { page } = stage.person;
  await page.getByLabel('App or framework').selectOption('Django');
  const settings = page.getByRole('region', { name: 'Django' });
  await settings.getByText('YOUR-PASSWORD').waitFor();
  await page.getByRole('button', { name: 'Create an SMTP credential and fill it in' }).click();
  await page.getByText('The password is shown here until you leave the page').waitFor();
  const text = await settings.innerText();
  assert.doesNotMatch(text, /YOUR-(?:USERNAME|PASSWORD)/);
  assert.match(text, new RegExp(`EMAIL_PORT = ${stage.file.smtpStartTls.port}`));
  assert.match(text, /EMAIL_HOST_PASSWORD = "\S{20,}"/);
});
