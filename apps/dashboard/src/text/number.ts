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

/** Whether there are enough to speak of a rate. */
export const isRate = (all: number): boolean => all >= MIN_FOR_RATE;

/** `99.2%`, or `4 of 37` when there are few. */
export const rate = (part: number, all: number): string =>
  isRate(all) ? share(part / all) : `${count(part)} of ${count(all)}`;

/** `0.1%`, of a share from 0 to 1. */
export const share = (value: number): string => percent.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
