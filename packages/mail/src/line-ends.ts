/** Line ends of text that other systems wrote. RFC 5322 §2.3: CR and LF occur only together, as CRLF. */

/** CRLF, a doubled CR (CRCRLF), LFCR, a lone CR and a lone LF each end one line. */
const lineEnd = /\r+\n|\n\r(?!\n)|\r|\n/g;

/** The same lines, each ended by CRLF. Works on text and on bytes read as latin1. */
export const withCrlf = (text: string): string => text.replace(lineEnd, '\r\n');
