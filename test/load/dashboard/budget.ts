/** The figures of the dashboard beside their budgets. */
import { whole } from '../report/table.ts';

export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly budget: number;
  readonly unit: string;
  /** What explains the figure. */
  readonly detail?: string;
};

export const isKept = ({ value, budget }: Figure): boolean => value <= budget;

const shown = (value: number): string => (value < 10 ? String(Number(value.toFixed(1))) : whole(value));

export function lineOf(figure: Figure): string {
  const { name, value, budget, unit, detail } = figure;
  const more = detail === undefined ? '' : ` (${detail})`;
  return `${isKept(figure) ? 'ok    ' : 'MISSED'}  ${name}: ${shown(value)} of ${shown(budget)} ${unit}${more}`;
}
