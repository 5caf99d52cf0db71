/** Line ends of text that other systems wrote. RFC 5322 §2.3: CR and LF occur only together, as CRLF. */

/** CRLF, a doubled CR (CRCRLF), LFCR, a lone CR and a lone LF each end one line. */
const lineEnd = /\r+\n?|\n(?:\r(?!\n))?/g;
const CRLF = '\r\n';

/** A run of CRs is taken at once: to look from each of them for an LF would take the square of its length. */
const ended = (run: string): string =>
  run.startsWith('\r') && !run.endsWith('\n') ? CRLF.repeat(run.length) : CRLF;

/** The same lines, each ended by CRLF. Works on text and on bytes read as latin1. */
export const withCrlf = (text: string): string => text.replace(lineEnd, ended);
