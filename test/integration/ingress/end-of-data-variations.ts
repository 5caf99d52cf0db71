/** What follows 354 and what is kept of it: shared by the test at the door and the one at the other end. */

/** What is sent after 354 and a header, and the body that is kept; `undefined`: refused, nothing is kept. */
export type Variation = readonly [name: string, sent: string, kept: string | undefined];

const smuggled =
  '\r\nMAIL FROM:<ada@acme.test>\r\nRCPT TO:<eve@example.com>\r\nDATA\r\nFrom: ada@acme.test\r\n\r\nforged\r\n.\r\n';

/** Ends that are none. Each is followed by commands that a fooled server would run, then by the true end. */
const falseEnds = [
  '\n.\n',
  '\n.\r\n',
  '\n.\r',
  '\r.\r',
  '\r.\n',
  '\r\n.\n',
  '\r\n.\r',
  '\r.\r\n',
  '\n\n.\n\n',
  '\r\r\n.\r\r\n',
  '\r\n\n.\r\n',
  '\r\n\r.\r\n',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n.\r\0\n',
  '\r\r.\r\n',
  '\n\r.\r\n',
  '\r\n.\r\r\n',
  '\r\n.\n\r',
];

/** What other protocols and alphabets take for the end of a line is text here. */
const foreignEnds = ['\u000b', '\u000c', '\u0085', '\u2028', '\u2029'];

const commands = 'MAIL FROM:<ada@acme.test>\r\nRCPT TO:<eve@example.com>\r\nDATA\r\nRSET\r\nQUIT\r\n';

export const variations: readonly Variation[] = [
  ['the true end', 'a\r\n.\r\n', 'a\r\n'],
  ['an empty body', '\r\n.\r\n', '\r\n'],
  ['no body at all', '.\r\n', ''],
  ['a stuffed dot', '..\r\n.\r\n', '.\r\n'],
  ['a stuffed line', '..a\r\n.\r\n', '.a\r\n'],
  ['two stuffed dots', '...\r\n.\r\n', '..\r\n'],
  ['a dot that is not stuffed', '.a\r\n.\r\n', 'a\r\n'],
  ['a dot inside a line', 'a.\r\nb.b\r\n.\r\n', 'a.\r\nb.b\r\n'],
  ['stuffed dots in a row', '..\r\n..\r\n..\r\n.\r\n', '.\r\n.\r\n.\r\n'],
  ['a dot and a blank', '. \r\n.\r\n', ' \r\n'],
  ['a dot and a tab', '.\t\r\n.\r\n', '\t\r\n'],
  ['a blank and a dot', 'a\r\n .\r\n.\r\n', 'a\r\n .\r\n'],
  ['blank lines', 'a\r\n\r\n\r\n.\r\n', 'a\r\n\r\n\r\n'],
  ['blank lines around a stuffed dot', '\r\n..\r\n\r\n.\r\n', '\r\n.\r\n\r\n'],
  ['eight-bit bytes', 'ä\r\n.\r\n', 'ä\r\n'],
  ['commands as text', `${commands}.\r\n`, commands],
  ['a line of 2,000 bytes', `${'x'.repeat(2_000)}\r\n.\r\n`, `${'x'.repeat(2_000)}\r\n`],
  ['2,000 stuffed dots in a line', `${'.'.repeat(2_000)}\r\n.\r\n`, `${'.'.repeat(1_999)}\r\n`],
  ...foreignEnds.map((end): Variation => {
    const body = `a${end}.${end}b\r\n`;
    return [`the foreign line end ${JSON.stringify(end)}`, `${body}.\r\n`, body];
  }),
  ['a bare CR in a line', 'a\rb\r\n.\r\n', undefined],
  ['a bare LF in a line', 'a\nb\r\n.\r\n', undefined],
  ['a NUL in a line', 'a\0b\r\n.\r\n', undefined],
  ['a NUL as a line', '\0\r\n.\r\n', undefined],
  ['a bare CR before CRLF', 'a\r\r\n.\r\n', undefined],
  ['LF CR', 'a\n\rb\r\n.\r\n', undefined],
  ['a bare LF at the start', '\na\r\n.\r\n', undefined],
  ['a bare CR at the start', '\ra\r\n.\r\n', undefined],
  ['a stuffed dot after a bare LF', 'a\n..b\r\n.\r\n', undefined],
  ...falseEnds.map(
    (end): Variation => [`the false end ${JSON.stringify(end)}`, `a${end}${smuggled}`, undefined],
  ),
];
