/** Numbers for people. */
const whole = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const KIB = 1024;
/** Below this many, a rate says more than its numbers can bear. */
const MIN_FOR_RATE = 200;

export const count = (value: number): string => whole.format(value);

export function bytes(size: number): string {
  if (size < KIB) return `${size} B`;
  if (size < KIB * KIB) return `${(size / KIB).toFixed(1)} KiB`;
  return `${(size / KIB / KIB).toFixed(1)} MiB`;
}

/** `99.2%`, or `4 of 37` when there are few. */
export const rate = (part: number, all: number): string =>
  all < MIN_FOR_RATE ? `${count(part)} of ${count(all)}` : percent.format(part / all);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
