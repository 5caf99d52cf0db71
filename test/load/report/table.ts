export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const two = (value: number): string => value.toFixed(2);
export const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : whole(value)} ms`;
/** From bytes. */
export const mib = (bytes: number): string => whole(bytes / 2 ** 20);

/** One line a row, columns by width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
