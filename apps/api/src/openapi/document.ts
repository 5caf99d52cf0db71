/** The finished document: the generator's output with what the routes declare besides their schemas. */
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { exampleOf } from './examples.ts';
import { FACTS, type Facts, factsOf } from './facts.ts';
import { headersOf } from './headers.ts';
import { problemsOf } from './problems.ts';
import type { Content, Document, Operation, Response, Schema, Schemas } from './shapes.ts';

type Transform = typeof jsonSchemaTransform;

/** Passes on what a route declares, because the finished document no longer knows the routes. */
export const transform: Transform = (document) => {
  const { schema, url } = jsonSchemaTransform(document);
  const { route } = document as unknown as { readonly route: Parameters<typeof factsOf>[0] };
  return { schema: { ...schema, [FACTS]: factsOf(route) } as typeof schema, url };
};

const JSON_TYPE = 'application/json';

function withExample(content: Content, schemas: Schemas, isRequest: boolean): Content {
  const media = content[JSON_TYPE];
  if (media?.schema === undefined) return content;
  const example = exampleOf(media.schema as Schema, '', { schemas, isRequest });
  return { ...content, [JSON_TYPE]: { ...media, example } };
}

const rawExamples: Readonly<Record<string, string>> = {
  'message/rfc822':
    'From: app@acme.example\r\nTo: ada@example.com\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n',
  'text/event-stream':
    'id: AAAAAAAAAAEAAAAAAAAAAnfW0mVbYc1P\nevent: message.delivered\ndata: {"type":"message.delivered"}\n\n',
  'text/plain': 'It is on its way.',
  'text/html': '<p>It is on its way.</p>',
  'text/csv': 'address,reason\r\nada@example.com,manual\r\n',
  'application/x-ndjson': '{"id":"msg_06h29678q1v5fa1acspgh012b0"}\n',
};

const rawContent = (types: readonly string[]): Content =>
  Object.fromEntries(
    types.map((type) => [
      type,
      {
        schema: { type: 'string', contentMediaType: type },
        example: rawExamples[type.split(';')[0] ?? ''] ?? '',
      },
    ]),
  );

function bodyOf({ requestBody }: Operation, facts: Facts, schemas: Schemas): Partial<Operation> {
  if (facts.consumes.length > 0)
    return { requestBody: { required: true, content: rawContent(facts.consumes) } };
  if (requestBody === undefined) return {};
  return { requestBody: { ...requestBody, content: withExample(requestBody.content, schemas, true) } };
}

const goodWords: Readonly<Record<string, string>> = {
  200: 'Done; this is how it stands.',
  201: 'Made.',
  202: 'Accepted.',
  204: 'Done; there is nothing to show.',
};

/** The answers that are not problems. */
function goodResponses({ responses = {} }: Operation, facts: Facts, schemas: Schemas) {
  const raw: Response = { content: rawContent(facts.produces) };
  const all: Readonly<Record<string, Response>> = facts.produces.length > 0 ? { '200': raw } : responses;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([status]) => /^2\d\d$/.test(status))
      .map(([status, { content, ...rest }]) => [
        status,
        {
          ...rest,
          description: goodWords[status] ?? 'Done.',
          ...(content === undefined || status === '204'
            ? {}
            : { content: { ...withExample(content, schemas, false), ...rawContent(facts.exports) } }),
        },
      ]),
  );
}

type Place = { readonly method: string; readonly path: string };

function finished(
  given: Operation,
  place: Place,
  dependencies: { schemas: Schemas; publicUrl: string },
): Operation {
  const { [FACTS]: facts, ...operation } = given as Operation & { readonly [FACTS]: Facts };
  const { schemas, publicUrl } = dependencies;
  const parameters = [...(operation.parameters ?? []), ...headersOf(facts)];
  return {
    ...operation,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(operation, facts, schemas),
    ...(facts.isKeyed ? {} : { security: [] }),
    responses: {
      ...goodResponses(operation, facts, schemas),
      ...problemsOf({ ...place, operation, facts }, publicUrl),
    },
  };
}

/** The generator emits every schema as input and as output. Only referenced ones stay. */
function withoutUnused(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const spoken = new Set<string>();
  const visit = (text: string): void => {
    for (const [, name = ''] of text.matchAll(/schemas\/([^"/]+)"/g)) {
      if (spoken.has(name)) continue;
      spoken.add(name);
      visit(JSON.stringify(schemas[name] ?? {}));
    }
  };
  visit(JSON.stringify({ ...document, components: undefined }));
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => spoken.has(name)));
  return { ...document, components: { ...document.components, schemas: kept } };
}

export const finish =
  (publicUrl: string): typeof jsonSchemaTransformObject =>
  (generated) => {
    const document = jsonSchemaTransformObject(generated) as unknown as Document;
    const dependencies = { schemas: document.components?.schemas ?? {}, publicUrl };
    const paths = Object.fromEntries(
      Object.entries(document.paths ?? {}).map(([path, operations]) => [
        path,
        Object.fromEntries(
          Object.entries(operations).map(([method, one]) => [
            method,
            finished(one, { method, path }, dependencies),
          ]),
        ),
      ]),
    );
    return withoutUnused({ ...document, paths }) as never;
  };
