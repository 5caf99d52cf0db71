/** Reads docker-compose.yml as docker-compose 1.29 and docker compose v2 both do. Anything that only one of them knows is an error. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const root = resolve(import.meta.dirname, '../..');

export type Environment = Readonly<Record<string, string>>;

export type Service = {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Environment;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
};

export type ComposeFile = { readonly services: Readonly<Record<string, Service>> };

/** `$$`, `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME:-default}`, `${NAME?error}`, `${NAME:?error}`; else a lone `$`. */
const reference =
  /\$(?:(?<escaped>\$)|(?<bare>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)(?:(?<colon>:?)(?<operator>[-?])(?<word>[^${}]*))?\}|)/g;

type Reference = Readonly<
  Partial<Record<'escaped' | 'bare' | 'braced' | 'colon' | 'operator' | 'word', string>>
>;

function resolveReference(
  { escaped, bare, braced, colon, operator, word = '' }: Reference,
  variables: Environment,
) {
  if (escaped !== undefined) return '$';
  const name = bare ?? braced;
  if (name === undefined) throw new Error('A $ that is no reference');
  const value = variables[name];
  if (value !== undefined && (colon !== ':' || value !== '')) return value;
  if (operator === '?') throw new Error(`${name}: ${word}`);
  return word;
}

/** https://docs.docker.com/reference/compose-file/interpolation; a default that holds another reference is left to v2. */
export const interpolate = (text: string, variables: Environment): string =>
  text.replace(reference, (...match) => resolveReference(match.at(-1), variables));

function resolveAll(value: unknown, variables: Environment): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((one) => resolveAll(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolveAll(one, variables)]));
}

export async function readComposeFile(variables: Environment): Promise<ComposeFile> {
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true });
  return resolveAll({ services }, variables) as ComposeFile;
}

/** The services that run our image, by name. */
export const ownServices = ({ services }: ComposeFile): ReadonlyMap<string, Service> =>
  new Map(Object.entries(services).filter(([, { build }]) => build !== undefined));

/** Every variable that docker-compose.yml names. */
export async function variablesNamed(): Promise<readonly string[]> {
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  const names = text.matchAll(/\$\{([A-Za-z_]\w*)/g);
  return [...new Set([...names].flatMap(([, name]) => name ?? []))];
}

/** infra/docker/env.example, filled in. */
export async function filledExample(): Promise<Environment> {
  const text = await readFile(join(root, 'infra/docker/env.example'), 'utf8');
  const given = text.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(given),
    POSTGRES_PASSWORD: 'p@ss/w:rd#1%20',
    WAYBILL_MASTER_KEY: createHash('sha256').update('a key for tests').digest('hex'),
  };
}
