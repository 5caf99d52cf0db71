/** Writes CSV. RFC 4180. */

/** A spreadsheet runs a cell that begins like this as a formula. OWASP, CSV injection; docs/reliability.md S15. */
const formula = /^[=+\-@\t\r\n]/;

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A number keeps its sign; text that a spreadsheet would run gets an apostrophe in front, which it shows as text. */
function cellOf(value: unknown): string {
  const text = textOf(value);
  const safe = typeof value !== 'number' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. Lists of text are joined by commas, objects are JSON. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cellOf).join(',')}\r\n`;
