/** A problem with a setting, and an example of a right value. */
export type Problem = { readonly name: string; readonly problem: string; readonly example: string };

/** One error that names all problems, each with an example. */
export const configurationError = (problems: readonly Problem[]): Error =>
  new Error(
    `Configuration is not usable:\n${problems
      .map(({ name, problem, example }) => `  ${name}: ${problem}. Example: ${name}=${example}`)
      .join('\n')}`,
  );
