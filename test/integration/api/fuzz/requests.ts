/** Requests for every operation of the description: its own example with valid ids, or spoiled in one or two places. */
import type { Json } from '../test-api.ts';
import { hostileTexts, INJECTED, spoiled } from './hostile.ts';
import type { Random } from './random.ts';

export type Operation = { readonly method: string; readonly path: string; readonly described: Json };

export type Request = {
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** Operations whose answer has no end, or that wait on purpose, are tested by themselves. */
const isEndless = ({ described }: Operation): boolean =>
  JSON.stringify(described.responses).includes('text/event-stream');

export const operationsIn = (document: Json): readonly Operation[] =>
  Object.entries<Json>(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, described]) => ({
        method: method.toUpperCase(),
        path,
        described,
      })),
    )
    .filter((operation) => !isEndless(operation));

const JSON_TYPE = 'application/json';

const exampleBody = ({ described }: Operation): unknown =>
  structuredClone(described.requestBody?.content?.[JSON_TYPE]?.example);

const rawType = ({ described }: Operation): string | undefined =>
  Object.keys(described.requestBody?.content ?? {}).find((type) => type !== JSON_TYPE);

export type Ids = {
  /** The id of a thing of the asking account that fits the path. */
  readonly own: (path: string) => string;
  /** Ids of things of another account, and ids of nothing. */
  readonly foreign: readonly string[];
};

const parametersIn = ({ described }: Operation, place: string): readonly Json[] =>
  (described.parameters ?? []).filter(
    (parameter: Json) => parameter.in === place && parameter.name !== 'wait',
  );

function pathOf(operation: Operation, ids: Ids, random: Random): string {
  return operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const kind = random.below(4);
    if (kind === 0) return encodeURIComponent(random.pick(ids.foreign));
    if (kind === 1) return encodeURIComponent(random.pick(hostileTexts).toWellFormed().slice(0, 200)) || 'x';
    return name === 'address' ? 'ada%40example.com' : ids.own(operation.path);
  });
}

function valueFor(parameter: Json, ids: Ids, random: Random): string {
  const { enum: words, minimum, maximum } = parameter.schema;
  const edges = [minimum, maximum, (minimum ?? 1) - 1, (maximum ?? 1) + 1].filter(
    (edge) => edge !== undefined,
  );
  return String(
    random.pick([...(words ?? []), ...edges, random.pick(ids.foreign), random.pick(hostileTexts)]),
  );
}

function queryOf(operation: Operation, ids: Ids, random: Random): string {
  const query = new URLSearchParams();
  for (const parameter of parametersIn(operation, 'query'))
    if (random.below(3) === 0 || parameter.required)
      query.set(parameter.name, valueFor(parameter, ids, random).toWellFormed().slice(0, 2_000));
  return query.size === 0 ? '' : `?${query}`;
}

/** The header of a whole message is the client's own, so a field that it adds there is none that was injected. */
const rawMail = (text: string): string =>
  `From: app@seeded-1.test\r\nSubject: ${text}\r\n\r\n${text}\r\n`.replaceAll(INJECTED, 'X-Own');

function bodyOf(operation: Operation, ids: Ids, random: Random): Pick<Request, 'body' | 'headers'> {
  const raw = rawType(operation);
  if (raw !== undefined)
    return {
      body: rawMail(random.pick(hostileTexts)),
      headers: { 'content-type': raw, 'x-envelope-to': random.pick(['ada@example.com', 'a@b, ,', 'x y']) },
    };
  const example = exampleBody(operation);
  if (example === undefined) return { body: undefined, headers: {} };
  const times = random.below(3);
  let body: unknown = example;
  for (let turn = 0; turn < times; turn += 1) body = spoiled(body, ids.foreign, random);
  return { body, headers: {} };
}

export const requestFor = (operation: Operation, ids: Ids, random: Random): Request => ({
  url: `${pathOf(operation, ids, random)}${queryOf(operation, ids, random)}`,
  ...bodyOf(operation, ids, random),
});
