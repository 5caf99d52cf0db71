/** A person without a mouse: every step is a key, and each element that takes the focus must show it. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';

/** More than any page has on the way from its heading to what a test looks for. */
const MOST_PRESSES = 90;

type FocusState = { readonly name: string; readonly hasOutline: boolean; readonly isSeen: boolean };

/**
 * Looks at the focused element as a person does. Seen means that a point of the element is on top. WCAG 2.2 §2.4.7 and §2.4.11.
 */
const look = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const isSeen = parts.some((x) => parts.some((y) => {
    const hit = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
    return hit !== null && (element.contains(hit) || hit.contains(element) && hit.closest('label, summary') !== null);
  }));
  const hasOutline = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const name = element.outerHTML.slice(0, 200);
  return { name, hasOutline, isSeen };
})()`;

/** Fails when the focused element does not show its focus, or is covered. */
export async function assertFocusShown(page: Page): Promise<void> {
  const { name, hasOutline, isSeen } = (await page.evaluate(look)) as FocusState;
  assert.ok(hasOutline, `no outline: ${name}`);
  assert.ok(isSeen, `focused, but covered: ${name}`);
}

const hasFocus = async (target: Locator): Promise<boolean> =>
  (await target.and(target.page().locator(':focus')).count()) > 0;

/** Presses Tab, or Shift+Tab, until one of the elements has the focus. */
export async function focusOn(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  await target.first().waitFor();
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    if (await hasFocus(target)) return assertFocusShown(page);
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not reach ${target}`);
}

/** Goes to a control and presses it. */
export async function press(target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await focusOn(target);
  await target.page().keyboard.press(key);
}

/** Goes to a field and types. */
export async function typeInto(target: Locator, text: string): Promise<void> {
  await focusOn(target);
  await target.page().keyboard.type(text);
}

/** Goes to a select and takes a choice as a browser does: by the first letters of its words. */
export async function choose(target: Locator, words: string): Promise<void> {
  await typeInto(target, words);
  const chosen = await target.page().evaluate('document.activeElement.selectedOptions[0].text');
  assert.equal(chosen, words);
}

/** Opens the menu of a button, at its first item. */
export async function openMenu(button: Locator): Promise<void> {
  const page = button.page();
  await press(button);
  await waitForFocus(page.getByRole('menuitem').first());
}

/** Opens the menu of a button, and takes the item that has the name. */
export async function pick(button: Locator, name: string): Promise<void> {
  const page = button.page();
  await openMenu(button);
  const items = await page.getByRole('menuitem').allInnerTexts();
  assert.ok(items.includes(name), `${name} is none of ${items}`);
  for (let at = 0; at < items.indexOf(name); at++) await page.keyboard.press('ArrowDown');
  await waitForFocus(page.getByRole('menuitem', { name, exact: true }));
  await page.keyboard.press('Enter');
}

/** Waits until the focus is there by itself. */
export async function waitForFocus(target: Locator): Promise<void> {
  await target.and(target.page().locator(':focus')).waitFor();
  await assertFocusShown(target.page());
}

/** Presses keys one after the other, each as Playwright names it. */
export async function keys(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) await page.keyboard.press(name);
}

/** Opens a page by its keys: `g`, then one more. On a busy machine the second may come too late, so both are pressed again. */
export async function goTo(page: Page, key: string, heading: string): Promise<void> {
  const shown = page.getByRole('heading', { name: heading, level: 1 });
  await eventually(
    `the page ${heading}`,
    async () => {
      // Sent together: the second key counts only soon after the first.
      await Promise.all([page.keyboard.press('g'), page.keyboard.press(key)]);
      return shown.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => undefined,
      );
    },
    20,
  );
}
