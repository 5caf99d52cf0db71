import { writeSync } from 'node:fs';
import { publicFields } from '@waybill/relay/trace/public-json';
import { type DestinationStream, pino } from 'pino';
import { withoutSecrets } from './without-secrets.ts';

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

const STANDARD_OUTPUT = 1;
const NAP_MS = 5;
/** How often a write to a slow pipe is retried before the line is lost. */
const MAX_NAPS = 20;

const nap = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS);

const isFullPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

/** Writes each line at once, so that the last lines of a process are not lost. A line that cannot be written is dropped. */
const standardOutput: DestinationStream = {
  write(line) {
    const bytes = Buffer.from(line);
    let from = 0;
    for (let naps = 0; from < bytes.length && naps < MAX_NAPS; ) {
      try {
        from += writeSync(STANDARD_OUTPUT, bytes, from);
      } catch (error) {
        // A full disk or a closed pipe must not end the process, and it cannot be logged.
        if (!isFullPipe(error)) return;
        naps += 1;
        nap();
      }
    }
  },
};

/** The fields as they are logged: without secrets, with the names and ids of the API. */
const shownFields = (fields: Record<string, unknown>): Record<string, unknown> =>
  publicFields(withoutSecrets(fields));

/** pino's formatters get the fields of a line, but not the fields of a child logger. */
function withCleanChildren(log: Log): Log {
  const makeChild = log.child.bind(log);
  return Object.assign(log, {
    child: (fields: LogFields): Log => withCleanChildren(makeChild(shownFields({ ...fields }))),
  });
}

/** Logs one JSON object a line to standard output (or `destination`). JSON escapes control characters, so no text starts another line. */
export function openLog(
  { level, name }: { readonly level: LogLevel; readonly name: string },
  destination?: DestinationStream,
): Log {
  const options = {
    level,
    name,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: shownFields },
    serializers: { err: (err: Error) => shownFields({ ...pino.stdSerializers.errWithCause(err) }) },
  };
  return withCleanChildren(pino(options, destination ?? standardOutput) as unknown as Log);
}
