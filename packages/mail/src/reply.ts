/** What an SMTP server answers. RFC 5321 §4.2, with the enhanced status of RFC 2034. */
import { type EnhancedStatus, parseStatus } from './enhanced-status.ts';

/** An SMTP reply in its parts. RFC 5321 §4.2, RFC 2034. */
export type Reply = {
  readonly code: number;
  readonly status?: EnhancedStatus;
  /** The lines as one text, without code and status. */
  readonly text: string;
  readonly lines: readonly string[];
};

type Line = { readonly code: number; readonly status: EnhancedStatus | undefined; readonly text: string };

/** RFC 2034 §4: the status stands behind the code of every line, and again a space. */
function parseLine(line: string): Line | undefined {
  const [, code, rest = ''] = /^([2-5]\d\d)(?:[ -](.*))?$/s.exec(line) ?? [];
  if (code === undefined) return undefined;
  const space = rest.search(/ |$/);
  const status = parseStatus(rest.slice(0, space));
  return { code: Number(code), status, text: status ? rest.slice(space + 1) : rest };
}

/**
 * Reads a reply of one or more lines. Never fails: what is not SMTP becomes a 421 with the words as they came.
 * Where the lines of a reply disagree about the code the last one counts, as §4.2.1 lets clients do.
 */
export function parseReply(raw: string): Reply {
  const written = raw.replace(/(?:\r?\n)+$/, '').split(/\r?\n/);
  const parsed = written.map(parseLine);
  const last = parsed.at(-1);
  // A peer that does not speak SMTP has not said "no": treat it as a transient failure.
  if (last === undefined) return { code: 421, text: written.join('\n'), lines: written };
  const lines = written.map((line, index) => parsed[index]?.text ?? line);
  const status = parsed.findLast((line) => line?.code === last.code && line.status)?.status;
  return { code: last.code, ...(status && { status }), text: lines.join('\n'), lines };
}
