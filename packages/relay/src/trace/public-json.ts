/**
 * Maps internal names to public ones: fields in snake_case, ids with their prefix. For stored JSON in answers (evidence,
 * details, sessions) and for the fields of log lines.
 */
import { type IdPrefix, publicId } from '../id.ts';

/** The id prefix by the last word of the field name. */
const prefixOfWord: Readonly<Record<string, IdPrefix>> = {
  account: 'acc',
  accounts: 'acc',
  accepted_for: 'acc',
  user: 'usr',
  key: 'key',
  credential: 'cred',
  network: 'net',
  domain: 'dom',
  stream: 'str',
  message: 'msg',
  messages: 'msg',
  delivery: 'dlv',
  deliveries: 'dlv',
  attempt: 'att',
  event: 'evt',
  suppression: 'sup',
  discard: 'dis',
  report: 'rep',
  box: 'box',
  webhook: 'wh',
};

/** The names below these fields are chosen by the client and stay unchanged. */
const foreign: ReadonlySet<string> = new Set(['metadata', 'headers']);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ourName = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;

/** `clientIp` → `client_ip`. A name that is not in camelCase, such as `Message-ID`, stays unchanged. */
export const snakeName = (name: string): string =>
  ourName.test(name) ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name;

function prefixOf(name: string): IdPrefix | undefined {
  const stem = name.replace(/_ids?$/, '');
  return prefixOfWord[stem] ?? prefixOfWord[stem.slice(stem.lastIndexOf('_') + 1)];
}

function publicText(name: string, text: string): string {
  const prefix = uuid.test(text) ? prefixOf(name) : undefined;
  return prefix === undefined ? text : publicId(prefix, text);
}

/** Whether the value is a plain object. Dates, errors and bytes are not mapped. */
const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** `name` is the name of the field that holds the value, in snake_case. */
function publicValue(name: string, value: unknown): unknown {
  if (typeof value === 'string') return publicText(name, value);
  if (Array.isArray(value)) return value.map((item) => publicValue(name, item));
  if (typeof value !== 'object' || value === null || !isPlain(value) || foreign.has(name)) return value;
  return publicFields(value as Readonly<Record<string, unknown>>);
}

/** The fields of an object with public names and values. */
export const publicFields = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const shown = snakeName(name);
      return [shown, publicValue(shown, value)];
    }),
  );
