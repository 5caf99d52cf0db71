/** What people do with their mail, by keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAccount, freshRecipient, traceAt } from '../support/black-box.ts';
import { focusOn, goTo, keys, press, typeInto, waitForFocus } from './keyboard.ts';
import { openStage } from './stage.ts';

const stage = openStage();

const send = (fields: Readonly<Record<string, unknown>>) =>
  firstAccount(stage.file).post('/v1/messages', {
    from: `app@${stage.file.account.domain}`,
    text: 'x',
    ...fields,
  });

/** A message to an address that does not exist, once its server has said so. */
async function sendBounced() {
  const to = freshRecipient('bounce', 'sandbox.test');
  const subject = `Order ${to.replaceAll(/\W/g, ' ')}`;
  const { id } = await send({ to, subject });
  await traceAt(firstAccount(stage.file), id, 'bounced');
  return { to, subject, id };
}

const seeReason = (to: string): Promise<void> =>
  stage.person.page.getByRole('region', { name: to }).getByText('does not exist').first().waitFor();

test('a bounced message is found by the search in four keys and what is typed, and says why', async () => {
  const { page } = stage.person;
  const { to } = await sendBounced();
  await goTo(page, 'h', 'Overview');
  await page.keyboard.press('/');
  await page.keyboard.type(to);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: to, level: 1 }).waitFor();
  await page.getByRole('row').nth(1).waitFor();
  await keys(page, 'j', 'Enter');
  await seeReason(to);
});

test('a bounced message is found by the commands in four keys and what is typed, and says why', async () => {
  const { page } = stage.person;
  const { to, subject } = await sendBounced();
  await goTo(page, 'l', 'Audit log');
  await page.keyboard.press('Control+k');
  await waitForFocus(page.getByRole('combobox'));
  await page.keyboard.type(subject);
  await page.keyboard.press('Enter');
  const link = page.getByRole('link', { name: subject });
  await link.waitFor();
  await page.keyboard.press('j');
  await waitForFocus(link);
  await page.keyboard.press('Enter');
  await seeReason(to);
});

test('the whole conversation and the raw message of a bounce are read', async () => {
  const { page } = stage.person;
  const { to, subject, id } = await sendBounced();
  await keys(page, '/');
  await page.keyboard.type(id);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: subject, level: 1 }).waitFor();
  const recipient = page.getByRole('region', { name: to });
  await press(recipient.getByText('Whole conversation').first());
  await recipient.getByText(`RCPT TO:<${to}>`).waitFor();
  await focusOn(page.getByRole('link', { name: 'Raw', exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  const raw = page.getByRole('region', { name: 'The message as it was submitted' });
  await raw.getByText(`Subject: ${subject}`).waitFor();
  await focusOn(raw);
});

test('a scheduled message is cancelled', async () => {
  const { page } = stage.person;
  const subject = `Later ${Date.now()}`;
  const scheduled = {
    to: freshRecipient('later'),
    scheduled_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
  await send({ subject, ...scheduled });
  await goTo(page, 'm', 'Messages');
  await page.getByRole('row').filter({ hasText: subject }).getByText('Scheduled').waitFor();
  await focusOn(page.getByRole('link', { name: subject }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: subject, level: 1 }).waitFor();
  await press(page.getByRole('button', { name: 'Cancel', exact: true }));
  await press(page.getByRole('dialog').getByRole('button', { name: 'Cancel the message' }));
  await page.getByText('What was not delivered yet is cancelled.').waitFor();
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  await page.locator('main:focus').waitFor();
});

test('an address is suppressed and released', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  const address = freshRecipient('quiet');
  await goTo(page, 'x', 'Suppressions');
  await press(page.getByRole('button', { name: 'Suppress addresses' }));
  const field = dialog.getByRole('textbox', { name: 'Addresses', exact: true });
  await waitForFocus(field);
  await typeInto(field, address);
  await press(dialog.getByRole('button', { name: 'Suppress', exact: true }));
  await page.getByText('One address is suppressed.').waitFor();
  const row = page.getByRole('row').filter({ hasText: address });
  await press(row.getByRole('button', { name: 'Release' }), 'Space');
  await press(dialog.getByRole('button', { name: 'Release' }));
  await page.getByText(`${address} is released.`).waitFor();
  await row.waitFor({ state: 'detached' });
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.getByText(address, { exact: true }).count(), 0);
});
