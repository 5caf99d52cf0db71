/** Where the focus of the keyboard is, and that a person sees it. No test here uses a mouse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshRecipient } from '../support/black-box.ts';
import {
  assertFocusShown,
  choose,
  focusOn,
  goTo,
  keys,
  openMenu,
  pick,
  press,
  typeInto,
  waitForFocus,
} from './keyboard.ts';
import { fillPages } from './pages.ts';
import { openStage } from './stage.ts';

const stage = openStage();

const isInPage = `document.activeElement.closest('main') !== null`;
const isInDialog = `document.activeElement.closest('[role="dialog"]') !== null`;

/** From the end of the page upwards, because what stays in view is at the top. Returns the number of stops in the page. */
async function walkUp(): Promise<number> {
  const { page } = stage.person;
  for (let stops = 0; ; stops++) {
    await page.keyboard.press('Shift+Tab');
    if (!(await page.evaluate(isInPage))) return stops;
    await assertFocusShown(page);
  }
}

test('every control of a page shows its focus, and nothing covers it', { timeout: 90_000 }, async () => {
  const { page, open } = stage.person;
  const filled = await fillPages(stage.file);
  const longPages = filled.filter((path) => /^\/(messages\/[^?]+|webhooks|domains|sandbox)/.test(path));
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1100, height: 440 });
  for (const path of [
    '/',
    '/messages',
    '/credentials',
    '/settings',
    '/you',
    '/admin/accounts',
    ...longPages,
  ]) {
    await open(path);
    assert.ok((await walkUp()) > 1, path);
  }
  if (size !== null) await page.setViewportSize(size);
});

test('the first key of a page leads past the menu to the content', async () => {
  const { page, open } = stage.person;
  await open('/domains');
  await page.keyboard.press('Tab');
  await waitForFocus(page.getByRole('link', { name: 'Skip to the content' }));
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  await page.keyboard.press('Tab');
  await waitForFocus(page.getByRole('button', { name: 'Add a domain' }));
});

test('a page that is opened takes the focus, shows it, and is read out', async () => {
  const { page } = stage.person;
  await goTo(page, 'x', 'Suppressions');
  await page.locator('main:focus').waitFor();
  await page.getByRole('status').filter({ hasText: 'Suppressions' }).waitFor();
  const outline = await page.evaluate(`getComputedStyle(document.querySelector('main h1')).outlineStyle`);
  assert.equal(outline, 'solid');
  await focusOn(page.getByRole('link', { name: 'Streams' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Streams', level: 1 }).waitFor();
  await page.locator('main:focus').waitFor();
  await page.getByRole('status').filter({ hasText: 'Streams' }).waitFor();
});

test('a dialog holds the focus, Escape closes it, and the focus returns to what opened it', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  await goTo(page, 'd', 'Domains');
  const opener = page.getByRole('button', { name: 'Add a domain' });
  await press(opener, 'Space');
  await waitForFocus(dialog.getByRole('textbox', { name: 'Domain' }));
  for (const key of ['Tab', 'Shift+Tab'])
    for (let count = 0; count < 6; count++) {
      await page.keyboard.press(key);
      assert.equal(await page.evaluate(isInDialog), true, `${key} leaves the dialog`);
      await assertFocusShown(page);
    }
  await keys(page, 'Control+k', 'Escape');
  await dialog.waitFor({ state: 'detached' });
  await waitForFocus(opener);
});

test('a dialog that is refused keeps the focus, and so does one that follows another', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  await goTo(page, 'd', 'Domains');
  await press(page.getByRole('button', { name: 'Add a domain' }));
  await typeInto(dialog.getByRole('textbox', { name: 'Domain' }), 'no domain');
  const add = dialog.getByRole('button', { name: 'Add', exact: true });
  await press(add);
  await dialog.getByRole('alert').waitFor();
  await waitForFocus(add);
  await page.keyboard.press('Escape');

  await goTo(page, 'c', 'Credentials');
  const create = page.getByRole('button', { name: 'Create', exact: true }).first();
  await press(create);
  await typeInto(dialog.getByRole('textbox', { name: 'Name', exact: true }), 'by keyboard');
  await page.keyboard.press('Enter');
  await press(page.getByRole('button', { name: 'I have copied it' }), 'Space');
  await waitForFocus(create);
});

test('a menu opens, is left by Escape, and its dialog leads back to its button', async () => {
  const { page } = stage.person;
  await goTo(page, 'm', 'Messages');
  const add = page.getByRole('button', { name: 'Add filter' });
  await openMenu(add);
  await page.keyboard.press('Escape');
  await waitForFocus(add);
  await pick(add, 'Status');
  await choose(page.getByRole('combobox', { name: 'Status' }), 'Scheduled');
  await press(page.getByRole('button', { name: 'Apply' }));
  const act = page.getByRole('button', { name: 'Act on all' });
  await pick(act, 'Cancel all of these…');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await waitForFocus(act);
});

test('a list is filtered and the filter is cleared, and the focus stays with the filters', async () => {
  const { page } = stage.person;
  const add = page.getByRole('button', { name: 'Add filter' });
  const field = page.getByRole('textbox', { name: 'Recipient', exact: true });
  await goTo(page, 'm', 'Messages');
  await pick(add, 'Recipient');
  await waitForFocus(field);
  await page.keyboard.press('Escape');
  await waitForFocus(add);
  await pick(add, 'Recipient');
  await typeInto(field, freshRecipient('missing'));
  await page.keyboard.press('Enter');
  await page.getByText('No message matches').waitFor();
  await waitForFocus(add);
  await focusOn(page.getByRole('button', { name: 'Remove the filter Recipient' }), 'Shift+Tab');
  await page.keyboard.press('Space');
  await page.getByRole('row').nth(1).waitFor();
  await waitForFocus(add);
});

test('the list of keys and the commands open by their keys, and the chosen command stays in view', async () => {
  const { page } = stage.person;
  await goTo(page, 'l', 'Audit log');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('main:focus').waitFor();
  await page.keyboard.press('Control+k');
  await waitForFocus(page.getByRole('combobox'));
  await page.keyboard.press('ArrowUp');
  const isInView = `(() => {
    const option = document.querySelector('[aria-selected="true"]');
    const list = option.parentElement.getBoundingClientRect();
    const { top, bottom } = option.getBoundingClientRect();
    return top >= list.top - 1 && bottom <= list.bottom + 1;
  })()`;
  assert.equal(await page.evaluate(isInView), true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('on a narrow screen the menu takes the focus, holds it above the page, and gives it back', async () => {
  const { page, open } = stage.person;
  const size = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 780 });
  await open('/domains');
  await press(page.getByRole('button', { name: 'Open the menu' }));
  await page.locator('nav button:focus').waitFor();
  for (let count = 0; count < 40; count++) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(isInPage), false, 'Tab reaches what the menu covers');
  }
  await focusOn(page.getByRole('link', { name: 'Messages', exact: true }));
  await page.keyboard.press('Escape');
  await waitForFocus(page.getByRole('button', { name: 'Open the menu' }));
  await page.keyboard.press('Enter');
  await press(page.getByRole('link', { name: 'Streams', exact: true }));
  await page.getByRole('heading', { name: 'Streams', level: 1 }).waitFor();
  await page.locator('main:focus').waitFor();
  if (size !== null) await page.setViewportSize(size);
});
