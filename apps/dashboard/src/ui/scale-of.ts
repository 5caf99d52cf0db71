/** The scale of a chart: a round number at or above the highest value, and the lines below it. */
const steps = [1, 2, 2.5, 5, 10] as const;
const LINES = 4;

export type Scale = { readonly max: number; readonly lines: readonly number[] };

/** Counts are whole, so a line is never between two of them. */
export function scaleOf(highest: number): Scale {
  const least = Math.max(1, highest) / LINES;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = Math.ceil((steps.find((one) => one * power >= least) ?? 10) * power);
  const count = Math.max(1, Math.ceil(Math.max(1, highest) / step));
  return { max: count * step, lines: Array.from({ length: count + 1 }, (_, index) => index * step) };
}
