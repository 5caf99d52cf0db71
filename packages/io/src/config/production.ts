/** The settings of `waybill start`: the defaults of production, and the settings without a default. */
import { loadMasterKey } from '../secrets/master-key.ts';
import { type Env, formProblems, problemWith } from './config.ts';
import { configurationError, type Problem } from './problem.ts';
import { settings } from './settings.ts';

type Rules = {
  readonly inProduction?: string;
  readonly mustBeSet?: (value: string) => string | undefined;
};
const rules = Object.entries(settings) as readonly (readonly [keyof typeof settings, Rules])[];

const isAbsent = (value: string | undefined): boolean => value === undefined || value === '';

/** The environment with the defaults of production for absent settings. */
const withDefaults = (env: Env): Env => ({
  ...env,
  ...Object.fromEntries(
    rules.flatMap(([name, { inProduction }]) =>
      inProduction !== undefined && isAbsent(env[name]) ? [[name, inProduction]] : [],
    ),
  ),
});

const chosenProblems = (env: Env): readonly Problem[] =>
  rules.flatMap(([name, { mustBeSet }]) => {
    if (mustBeSet === undefined) return [];
    const value = env[name] ?? '';
    const problem = isAbsent(value) ? 'is missing' : mustBeSet(value);
    return problem === undefined ? [] : [problemWith(name, problem)];
  });

function keyProblems(env: Env): readonly Problem[] {
  const [text, path] = [env.WAYBILL_MASTER_KEY, env.WAYBILL_MASTER_KEY_FILE];
  try {
    loadMasterKey({
      WAYBILL_MASTER_KEY: text || undefined,
      WAYBILL_MASTER_KEY_FILE: path || undefined,
    });
    return [];
  } catch (error) {
    const name = isAbsent(path) ? 'WAYBILL_MASTER_KEY' : 'WAYBILL_MASTER_KEY_FILE';
    return [problemWith(name, error instanceof Error ? error.message.replace(/\.$/, '') : String(error))];
  }
}

const tlsPorts = ['SMTP_SUBMISSION_PORT', 'SMTP_SUBMISSIONS_PORT', 'SMTP_ALTERNATE_PORT'] as const;
const howToCloseTlsPorts = `or set ${tlsPorts.map((name) => `${name}=off`).join(', ')} to open no such port`;

function certificateProblems(env: Env, apps: readonly string[]): readonly Problem[] {
  if (!apps.includes('ingress') || tlsPorts.every((name) => env[name] === 'off')) return [];
  return ['TLS_CERT_FILE', 'TLS_KEY_FILE']
    .filter((name) => isAbsent(env[name]))
    .map((name) =>
      problemWith(
        name,
        `is missing; clients log in on the submission ports over TLS only (${howToCloseTlsPorts})`,
      ),
    );
}

function deliveryProblems(env: Env): readonly Problem[] {
  if (env.DELIVERY_MODE === 'smarthost' && isAbsent(env.SMARTHOST_URL))
    return [problemWith('SMARTHOST_URL', 'is missing; DELIVERY_MODE=smarthost needs it')];
  if (env.DELIVERY_MODE === 'sandbox' && isAbsent(env.SANDBOX_PORT))
    return [problemWith('SANDBOX_PORT', 'is missing; DELIVERY_MODE=sandbox needs it')];
  return [];
}

/** The problems for which `waybill start` of these apps fails, at most one for each setting. */
export function productionProblems(env: Env, apps: readonly string[]): readonly Problem[] {
  const filled = withDefaults(env);
  const problems = [
    ...formProblems(filled),
    ...keyProblems(filled),
    ...chosenProblems(filled),
    ...certificateProblems(filled, apps),
    ...deliveryProblems(filled),
  ];
  const first = new Map<string, Problem>();
  for (const problem of problems) if (!first.has(problem.name)) first.set(problem.name, problem);
  return [...first.values()];
}

/** The environment of apps in production. Throws one error that names all missing and wrong settings. */
export function productionEnvironment(env: Env, apps: readonly string[]): Env {
  const problems = productionProblems(env, apps);
  if (problems.length > 0) throw configurationError(problems);
  return withDefaults(env);
}
