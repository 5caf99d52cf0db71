/** Checks answers against the description of the API: the status is named, and the body fits the schema of that status. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer, Json } from '../test-api.ts';

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

export type AnswerCheck = (operation: { method: string; path: string }, answer: Answer) => string | undefined;

type Described = { readonly content?: Readonly<Record<string, unknown>> };

const mediaTypeOf = (header: unknown): string => String(header ?? '').split(';')[0] ?? '';
/** Not lines of JSON, which an export is. */
const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');
const isDescribed = ({ content }: Described, type: string): boolean =>
  content?.[type] !== undefined || type === '';

/** Returns what is wrong with an answer; `undefined`: nothing. */
export function openAnswerCheck(document: Json): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  /** What the schema of the answer says, in JSON; another media type has none that can be checked. */
  const faultIn = (pointer: readonly string[], body: unknown): string | undefined => {
    const validate = validatorAt(`/${pointer.map(escaped).join('/')}`);
    return validate(body) ? undefined : ajv.errorsText(validate.errors);
  };
  return ({ method, path }, { status, body, raw }) => {
    const place = ['paths', path, method.toLowerCase(), 'responses', String(status)];
    const described: Described | undefined = document.paths[path][method.toLowerCase()].responses[status];
    if (described === undefined) return `status ${status} is not described`;
    const type = mediaTypeOf(raw.headers['content-type']);
    if (!isDescribed(described, type)) return `${type} is not described for status ${status}`;
    return isJson(type) ? faultIn([...place, 'content', type, 'schema'], body) : undefined;
  };
}
