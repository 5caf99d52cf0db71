/** The typed part of `packages/client`, from the API's description. */
import type { Description, Operation, Schema } from './api-description.ts';

const literal = (value: unknown): string =>
  JSON.stringify(value).replaceAll("'", "\\'").replaceAll(/^"|"$/g, "'");

const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text);
const property = (name: string): string => (isName(name) ? name : literal(name));

const grouped = (type: string): string => (/[|&]/.test(type) ? `(${type})` : type);

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${property(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  const rest = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
  if (fields.length === 0)
    return additionalProperties === false ? 'Record<string, never>' : `Record<string, ${rest}>`;
  return `{ ${fields.join('; ')} }`;
}

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

function namedType(name: string, schema: Schema): string {
  if (name === 'array') return `${grouped(typeOf(schema.items ?? {}))}[]`;
  return name === 'object' ? objectType(schema) : (primitives[name] ?? 'unknown');
}

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ');

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map(literal));
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return union(options.map(typeOf));
  if (schema.allOf !== undefined) return schema.allOf.map((part) => grouped(typeOf(part))).join(' & ');
  return schema.type === undefined
    ? 'unknown'
    : union([schema.type].flat().map((name) => namedType(name, schema)));
}

const JSON_TYPE = 'application/json';

type Parameters = NonNullable<Operation['parameters']>;
const parametersIn = (operation: Operation, place: string): Parameters =>
  (operation.parameters ?? []).filter((parameter) => parameter.in === place);

const rawTypeOf = ({ requestBody }: Operation): string | undefined =>
  Object.keys(requestBody?.content ?? {}).find((type) => type !== JSON_TYPE);

function bodyField({ requestBody }: Operation): readonly string[] {
  if (requestBody === undefined) return [];
  const schema = requestBody.content[JSON_TYPE]?.schema;
  const type = schema === undefined ? 'string | Uint8Array' : typeOf(schema);
  return [`body${requestBody.required === false ? '?' : ''}: ${type}`];
}

function inputType(operation: Operation): string {
  const named = [...parametersIn(operation, 'path'), ...parametersIn(operation, 'query')].map(
    ({ name, required, schema }) => `${property(name)}${required ? '' : '?'}: ${typeOf(schema)}`,
  );
  const fields = [...named, ...bodyField(operation)];
  return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`;
}

/** `Response`: what is no JSON is handed on as it came. */
function outputType({ responses }: Operation): string {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = good.map(([status, { content }]) => {
    if (status === '204' || content === undefined) return 'undefined';
    const schema = content[JSON_TYPE]?.schema;
    return schema === undefined ? 'Response' : typeOf(schema);
  });
  return union(types);
}

type Named = { readonly method: string; readonly path: string; readonly operation: Operation };

const operationsOf = ({ paths }: Description): readonly Named[] =>
  Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .toSorted((one, other) => (one.operation.operationId < other.operation.operationId ? -1 : 1));

function routeOf({ method, path, operation }: Named): string {
  const query = parametersIn(operation, 'query').map(({ name }) => literal(name));
  const raw = rawTypeOf(operation);
  const fields = [
    `method: '${method}'`,
    `path: ${literal(path)}`,
    ...(query.length === 0 ? [] : [`query: [${query.join(', ')}]`]),
    ...(raw === undefined ? [] : [`bodyType: ${literal(raw)}`]),
    ...(outputType(operation).includes('Response') ? ['isRaw: true'] : []),
  ];
  return `  ${operation.operationId}: { ${fields.join(', ')} },`;
}

const comment = (text: string | undefined): string =>
  text === undefined ? '' : `/** ${text.replaceAll('*/', '*\\/')} */\n`;

/** The types of what operations take and answer, and the problem document; not those of other answers. */
function usedTypes(
  types: readonly (readonly [name: string, text: string])[],
  signatures: readonly string[],
): readonly string[] {
  const isUsed = ([name]: readonly [string, string]): boolean => {
    const others = [...signatures, ...types.filter(([other]) => other !== name).map(([, text]) => text)];
    return name === 'Problem' || others.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  };
  return types.filter(isUsed).map(([, text]) => text);
}

export function clientTypes(description: Description): string {
  const schemas = Object.entries(description.components.schemas).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const types = schemas.map(
    ([name, schema]) =>
      [name, `${comment(schema.description)}export type ${name} = ${typeOf(schema)};`] as const,
  );
  const operations = operationsOf(description);
  const signatures = operations.map(
    ({ operation }) =>
      `  /** ${operation.summary}. */\n  ${operation.operationId}: { input: ${inputType(operation)}; output: ${outputType(operation)} };`,
  );
  return [
    '// Made by `npm run docs` from the description of the API. Not edited by hand.',
    '',
    ...usedTypes(types, signatures),
    '',
    '/** What each operation takes and answers. */',
    'export type Operations = {',
    ...signatures,
    '};',
    '',
    'export const routes = {',
    ...operations.map(routeOf),
    '} as const;',
    '',
  ].join('\n');
}
