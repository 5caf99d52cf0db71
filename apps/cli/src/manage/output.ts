/** How results are printed: aligned columns for people, JSON for programs. */

export type Cell = string | number | boolean | null | undefined;
/** Column names and their cells, in order. */
export type Line = Readonly<Record<string, Cell>>;

/** Control characters in stored text must not act on the terminal. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');

const shown = (cell: Cell): string => (cell === null || cell === undefined ? '-' : printable(String(cell)));

/** Columns under their names. Without rows one sentence. */
export function table(lines: readonly Line[], nothing: string): string {
  const [first] = lines;
  if (first === undefined) return nothing;
  const names = Object.keys(first);
  const rows = [
    names.map((name) => name.toUpperCase()),
    ...lines.map((line) => names.map((name) => shown(line[name]))),
  ];
  const widths = names.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

type View = Readonly<Record<string, unknown>>;

const isView = (value: unknown): value is View =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** `limits.per_hour` for nested fields; lists are separated by commas. */
function flat(view: View, prefix = ''): readonly (readonly [string, Cell])[] {
  return Object.entries(view).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    if (isView(value)) return flat(value, `${path}.`);
    if (Array.isArray(value)) return value.some(isView) ? [] : [[path, value.join(', ') || null] as const];
    return [[path, value as Cell] as const];
  });
}

/** One field to a line. Lists of objects are left out: commands print them as tables. */
export function details(view: View): string {
  const fields = flat(view);
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`).join('\n');
}

export const json = (value: unknown): string => JSON.stringify(value, null, 2);
