/** Checks requests against the contract. Each fault has a JSON pointer. RFC 6901. */

import { type Fault, RequestFault } from '@waybill/relay/management/request-fault';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { REQUIRED, sentenceOf, typeWord } from './issue-words.ts';

type Issue = z.core.$ZodIssue;

/** Only the first faults of a request are reported. */
const MAX_FAULTS = 50;

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
const pointerTo = (path: readonly PropertyKey[]): string => path.map((part) => `/${escaped(part)}`).join('');

const codes: Readonly<Record<string, string>> = {
  invalid_type: 'wrong_type',
  invalid_format: 'malformed',
  invalid_value: 'unknown_value',
  unrecognized_keys: 'unknown_field',
  invalid_key: 'malformed',
  too_small: 'too_small',
  too_big: 'too_big',
};

const codeOf = ({ code, message }: Issue): string =>
  message === REQUIRED ? 'required' : (codes[code] ?? 'invalid');

const isRootType = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.path.length === 0;

type Score = readonly [unknownFields: number, shallowness: number, faults: number];

function scoreOf(branch: readonly Issue[]): Score {
  const unknownFields = branch.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const depth = Math.max(0, ...branch.map(({ path }) => path.length));
  return [unknownFields.length, -depth, branch.length];
}

const byScore = (one: Score, other: Score): number =>
  one[0] - other[0] || one[1] - other[1] || one[2] - other[2];

type Union = Extract<Issue, { code: 'invalid_union' }>;

/** Where several forms are allowed: the faults of the form that the request most likely meant. */
function unionFaults({ errors }: Union, path: readonly PropertyKey[]): readonly Fault[] {
  const meant = errors.filter((branch) => !branch.some(isRootType));
  const [best] = meant.toSorted((one, other) => byScore(scoreOf(one), scoreOf(other)));
  if (best !== undefined) return best.flatMap((issue) => faultsAt(issue, path));
  const expected = errors.flat().flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : []));
  const isAbsent = errors.flat().some(({ message }) => message === REQUIRED);
  const detail = isAbsent ? REQUIRED : `must be ${[...new Set(expected.map(typeWord))].join(' or ')}`;
  return [{ pointer: pointerTo(path), code: isAbsent ? 'required' : 'wrong_type', detail }];
}

function faultsAt(issue: Issue, above: readonly PropertyKey[]): readonly Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return unionFaults(issue, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      code: codeOf(issue),
      detail: issue.message,
    }));
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  const detail = inner === undefined ? issue.message : `the name ${inner}`;
  return [{ pointer: pointerTo(path), code: codeOf(issue), detail }];
}

type Read<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

function read<T extends z.ZodType>(schema: T, input: unknown, at: readonly PropertyKey[]): Read<z.output<T>> {
  const result = schema.safeParse(input, { error: sentenceOf });
  if (result.success) return { value: result.data };
  return { faults: result.error.issues.flatMap((issue) => faultsAt(issue, at)).slice(0, MAX_FAULTS) };
}

/** Reads one part of a body; `at` is its pointer in the body. */
export function readPart<T extends z.ZodType>(
  schema: T,
  input: unknown,
  at: readonly PropertyKey[],
): z.output<T> {
  const result = read(schema, input, at);
  if ('faults' in result) throw new RequestFault('request_malformed', result.faults);
  return result.value;
}

/** A path parameter that is not an id gets the same answer as an id of another account: 404. */
const isNoId = (httpPart: string | undefined, faults: readonly Fault[]): boolean =>
  httpPart === 'params' && faults.every(({ pointer }) => pointer === '/id');

export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (input: unknown) => {
    const result = read(schema, input, []);
    if ('value' in result) return { value: result.value };
    if (isNoId(httpPart, result.faults)) return { error: new Refusal('not_found') };
    return { error: new RequestFault('request_malformed', result.faults) };
  };
