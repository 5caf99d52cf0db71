import { withoutLinkTokens } from '../secrets/link-token.ts';

/** Fields that are never logged, in the first three levels of an object. */
const secretFields = new Set([
  'password',
  'secret',
  'token',
  'apiKey',
  'masterKey',
  'authorization',
  'cookie',
  'privateKey',
  'privateKeyPem',
  'cramSecret',
  'smarthostUrl',
  'connectionString',
  'bytes',
  'source',
]);
const LEVELS = 3;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && !(value instanceof Date);

const cleanOf = (name: string, value: unknown, levels: number): unknown => {
  if (secretFields.has(name)) return '[redacted]';
  // The reply of another server may quote a confirmation link.
  if (typeof value === 'string') return withoutLinkTokens(value);
  return levels > 1 && isPlain(value) ? withoutSecrets(value, levels - 1) : value;
};

/** Returns the same object when it has no secret, as nearly every log line, so that most lines are not copied. */
export function withoutSecrets(fields: Record<string, unknown>, levels = LEVELS): Record<string, unknown> {
  let shown = fields;
  for (const [name, value] of Object.entries(fields)) {
    const clean = cleanOf(name, value, levels);
    if (clean === value) continue;
    if (shown === fields) shown = { ...fields };
    shown[name] = clean;
  }
  return shown;
}
