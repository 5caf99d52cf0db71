/** Writes bytes as quoted-printable text. RFC 2045 §6.7 rules 1 to 5. */

/** Rule 5: 76 characters, of which a soft line break takes one. */
export const MAX_LINE = 76;
/** Characters before the `=` of a soft line break. */
export const MAX_BEFORE_SOFT_BREAK = 75;

const escapeOf = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** What must be escaped: all but printable ASCII and blanks, `=`, and a blank that would end a line. */
const ESCAPED = /[^ -<>-~\t]|[ \t]$/g;

/** Quoted-printable text as it grows. `column`: characters on its last line. */
export type Output = { text: string; column: number; readonly softBreak: string };

/** One escape, or one byte that stands for itself. */
export const putToken = (out: Output, token: string): void => {
  if (out.column + token.length > MAX_BEFORE_SOFT_BREAK) {
    out.text += out.softBreak;
    out.column = 0;
  }
  out.text += token;
  out.column += token.length;
};

/** Bytes that stand for themselves: as many to a line as it takes. */
const putRun = (out: Output, run: string): void => {
  for (let at = 0; at < run.length; ) {
    if (out.column >= MAX_BEFORE_SOFT_BREAK) {
      out.text += out.softBreak;
      out.column = 0;
    }
    const piece = run.slice(at, at + MAX_BEFORE_SOFT_BREAK - out.column);
    out.text += piece;
    out.column += piece.length;
    at += piece.length;
  }
};

/** Bytes as latin1 text, without a line end. Soft line breaks keep every line at 76 characters or less. */
export const putText = (out: Output, text: string): void => {
  let at = 0;
  ESCAPED.lastIndex = 0;
  for (let match = ESCAPED.exec(text); match; match = ESCAPED.exec(text)) {
    putRun(out, text.slice(at, match.index));
    putToken(out, escapeOf(text.charCodeAt(match.index)));
    at = match.index + 1;
  }
  putRun(out, text.slice(at));
};

/** A whole body as quoted-printable. CRLF stays a line end; a lone CR or LF is escaped. */
export function encodeQuotedPrintable(bytes: Buffer): Buffer {
  const lines = bytes
    .toString('latin1')
    .split('\r\n')
    .map((line) => {
      const out: Output = { text: '', column: 0, softBreak: '=\r\n' };
      putText(out, line);
      return out.text;
    });
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
