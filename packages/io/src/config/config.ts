import { z } from 'zod';
import { configurationError, type Problem } from './problem.ts';
import { type Setting, settings } from './settings.ts';

type Shape = { [K in keyof typeof settings]: (typeof settings)[K]['schema'] };
export type Config = { readonly [K in keyof Shape]: z.output<Shape[K]> };

const schemaOf = (): z.ZodObject =>
  z.object(Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.schema])));

/** A problem with a setting, with an example of a right value. */
export const problemWith = (name: string, problem: string): Problem => ({
  name,
  problem,
  example: (settings as Record<string, Setting>)[name]?.example ?? '',
});

/** DATABASE_URL with the password of DATABASE_PASSWORD. A password inside the URL takes precedence. */
function databaseUrlOf({ DATABASE_URL, DATABASE_PASSWORD }: Config): string {
  const url = new URL(DATABASE_URL);
  if (DATABASE_PASSWORD === undefined || url.password !== '') return DATABASE_URL;
  url.password = encodeURIComponent(DATABASE_PASSWORD);
  return url.href;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** An empty value counts as absent. */
const givenIn = (env: Env): Env =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in settings && value !== undefined && value !== ''),
  );

/** The problems with the form of the settings. */
export function formProblems(env: Env): readonly Problem[] {
  const given = givenIn(env);
  const issues = schemaOf().safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => {
    const name = String(path[0]);
    return problemWith(name, given[name] === undefined ? 'is missing' : message);
  });
}

/** The settings of a process. Throws one error that names all problems. */
export function loadConfig(env: Env): Config {
  const result = schemaOf().safeParse(givenIn(env));
  if (result.success) {
    const config = result.data as Config;
    return { ...config, DATABASE_URL: databaseUrlOf(config) };
  }
  throw configurationError(formProblems(env));
}
