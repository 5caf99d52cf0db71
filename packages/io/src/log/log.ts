import { type DestinationStream, pino } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Field names are the schema's names; the message is the event word. An error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>;
type Write = { (fields: LogFields, message: string): void; (message: string): void };

export type Log = {
  readonly fatal: Write;
  readonly error: Write;
  readonly warn: Write;
  readonly info: Write;
  readonly debug: Write;
  readonly trace: Write;
  /** The same log with these fields in every line. */
  child(fields: LogFields): Log;
};

/** What must never be read in a log, wherever in the first three levels of an object it stands. */
const secretFields = [
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
];
const redactPaths = ['', '*.', '*.*.'].flatMap((depth) => secretFields.map((field) => `${depth}${field}`));

/** One JSON object a line on standard output (or `destination`). JSON escapes control characters, so a line is a line. */
export function openLog(
  { level, name }: { readonly level: LogLevel; readonly name: string },
  destination?: DestinationStream,
): Log {
  const options = {
    level,
    name,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactPaths, censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.errWithCause },
  };
  return (destination === undefined ? pino(options) : pino(options, destination)) as unknown as Log;
}
