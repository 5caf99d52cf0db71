/** Scrolls a list to its further pages as a person with a wheel does, and measures what the document holds meanwhile. */
import type { Page } from 'playwright-core';

export type Scrolled = {
  /** The most rows that were in the document at any time. */
  readonly mostRows: number;
  /** Rows that were read, by the largest number of a row. */
  readonly readRows: number;
  /** How far a row was from its place, in pixels: rows of one height stand at multiples of it. */
  readonly mostOffset: number;
};

const WHEEL_PX = 800;
/** For one page. */
const PATIENCE_MS = 15_000;

/** Runs in the page. Rows are counted after each change of the document, and measured in each frame. */
const begin = `
  (() => {
    const rows = () => [...document.querySelectorAll('main tr[data-record]')];
    const numberOf = (row) => Number(row.getAttribute('aria-rowindex'));
    const seen = { mostRows: rows().length, readRows: 0, mostOffset: 0 };
    const [first] = rows();
    const table = first.closest('table');
    const height = first.getBoundingClientRect().height;
    const placeOf = (row) => row.getBoundingClientRect().top - table.getBoundingClientRect().top - (numberOf(row) - 2) * height;
    const start = placeOf(first);
    const count = () => { seen.mostRows = Math.max(seen.mostRows, rows().length); };
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
    const look = () => {
      for (const row of rows()) {
        seen.readRows = Math.max(seen.readRows, numberOf(row) - 1);
        seen.mostOffset = Math.max(seen.mostOffset, Math.abs(placeOf(row) - start));
      }
      requestAnimationFrame(look);
    };
    look();
    window.scrolled = seen;
  })()`;

const read = (page: Page): Promise<Scrolled> => page.evaluate('window.scrolled') as Promise<Scrolled>;

/** From the top of an open list until so many rows were read. */
export async function scrollThrough(page: Page, rows: number): Promise<Scrolled> {
  await page.evaluate(begin);
  await page.mouse.move(600, 500);
  let shown = 0;
  let changedAt = Date.now();
  while (shown < rows) {
    await page.mouse.wheel(0, WHEEL_PX);
    await page.waitForTimeout(16);
    const { readRows } = await read(page);
    if (readRows > shown) changedAt = Date.now();
    if (Date.now() - changedAt > PATIENCE_MS)
      throw new Error(`${page.url()} showed ${readRows} rows, and no more of ${rows}`);
    shown = readRows;
  }
  return read(page);
}
