import { Refusal } from '@waybill/relay/refusal';
import type { Verbs } from './verbs.ts';

/** The parts of `MAIL FROM:<path> KEY=value …`, values undecoded. RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.2. */
export type PathCommand = {
  /** With its angle brackets. */
  readonly path: string;
  /** The client sent it without brackets, which RFC 5321 forbids. Printers and old programs do it. */
  readonly isBare: boolean;
  /** Keywords in upper case; the value as it was sent, `undefined` without one. */
  readonly parameters: ReadonlyMap<string, string | undefined>;
};

// A quoted local part may hold blanks and angle brackets. Blanks after the colon are wrong but common.
const command =
  /^(MAIL FROM|RCPT TO):[ \t]*(<(?:[^"<>]|"(?:[^"\\]|\\.)*")*>|(?:[^ \t"<>]|"(?:[^"\\]|\\.)*")+)((?:[ \t]+[^ \t]+)*)[ \t]*$/iu;
const parameter = /^([a-z0-9][a-z0-9-]*)(?:=([^=\s\p{Cc}]+))?$/iu;

function parseParameters(text: string): ReadonlyMap<string, string | undefined> {
  const parameters = new Map<string, string | undefined>();
  for (const one of text.split(/[ \t]+/).filter((word) => word !== '')) {
    const [, key, value] = parameter.exec(one) ?? [];
    if (key === undefined) throw new Refusal('parameter_malformed');
    if (parameters.has(key.toUpperCase()))
      throw new Refusal('parameter_malformed', { detail: 'A parameter is given twice' });
    parameters.set(key.toUpperCase(), value);
  }
  return parameters;
}

/** `undefined` when the line does not have this form. Throws the refusal of malformed parameters. */
export function parsePathCommand(verb: 'MAIL FROM' | 'RCPT TO', line: Buffer): PathCommand | undefined {
  const text = line.toString('utf8');
  // Broken UTF-8 is no address. RFC 6531 §3.3.
  if (text.includes('\ufffd')) return undefined;
  const [, name = '', path, parameters = ''] = command.exec(text) ?? [];
  if (path === undefined || name.toUpperCase() !== verb) return undefined;
  const isBare = !path.startsWith('<');
  return { path: isBare ? `<${path}>` : path, isBare, parameters: parseParameters(parameters) };
}

const malformed = { 'MAIL FROM': 'sender_malformed', 'RCPT TO': 'recipient_malformed' } as const;

/** The path and parameters of a command. A path without angle brackets is accepted from known clients only. */
export async function requirePath(
  verb: 'MAIL FROM' | 'RCPT TO',
  line: Buffer,
  { isKnownClient }: Pick<Verbs, 'isKnownClient'>,
): Promise<PathCommand> {
  const parsed = parsePathCommand(verb, line);
  if (parsed === undefined || (parsed.isBare && !(await isKnownClient()))) throw new Refusal(malformed[verb]);
  return parsed;
}
