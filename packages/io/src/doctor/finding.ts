import type { Config } from '../config/config.ts';

/** The result of a check: a sentence, and a fix when the check failed. */
export type Finding =
  | { readonly isWell: true; readonly sentence: string }
  | { readonly isWell: false; readonly sentence: string; readonly fix: string };

export type Check = {
  readonly name: string;
  /** The fix when the check itself throws. */
  readonly fix: string;
  readonly look: (config: Config) => Promise<Finding>;
};

export const well = (sentence: string): Finding => ({ isWell: true, sentence });
export const ill = (sentence: string, fix: string): Finding => ({ isWell: false, sentence, fix });

/** pg rejects with an error without text when several addresses of a host fail. */
const textOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};

export const findingOf = ({ look, fix }: Check, config: Config): Promise<Finding> =>
  look(config).catch((error: unknown) => ill(textOf(error), fix));
