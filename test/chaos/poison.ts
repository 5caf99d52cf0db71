/** Messages made to take a parser down: each is what some sender has sent, taken to its limit. docs/reliability.md F18. */

export type Poison = {
  readonly name: string;
  /** Whether the short form takes it too. */
  readonly isShort: boolean;
  readonly mail: (id: string, from: string) => Buffer;
};

const MEBIBYTE = 1_048_576;

const head = (id: string, from: string): string =>
  `From: Chaos <${from}>\r\nTo: <${id}@rcpt.example>\r\nSubject: chaos ${id}\r\nMIME-Version: 1.0\r\n`;

type Body = string | Buffer | (() => string | Buffer);

const short: ReadonlySet<string> = new Set([
  '1 MB of header fields',
  '2,000 levels',
  '20,000 parts',
  '50,000 links',
  'a charset that does not exist',
  'a base64 line of 20 MB',
]);

const poison = (name: string, more: string, body: Body): Poison => ({
  name,
  isShort: short.has(name),
  mail: (id, from) => {
    const made = typeof body === 'function' ? body() : body;
    return Buffer.concat([
      Buffer.from(`${head(id, from)}${more}\r\n`),
      Buffer.isBuffer(made) ? made : Buffer.from(made),
      Buffer.from('\r\n'),
    ]);
  },
});

const folded = (bytes: number): string =>
  `X-Long: begin${'\r\n and on it goes, and on it goes, and on'.repeat(bytes / 39)}\r\n`;
const manyFields = (bytes: number): string => 'X-Many: and one more and one more and\r\n'.repeat(bytes / 39);

const nested = (levels: number): string => {
  const open = Array.from(
    { length: levels },
    (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
  );
  return `${open.join('')}--b${levels}\r\nContent-Type: text/html\r\n\r\n<p>deep</p>\r\n--b${levels}--`;
};

const rfc822 = (levels: number): string => 'Content-Type: message/rfc822\r\n\r\n'.repeat(levels);

const parts = (count: number, type: string, body: string): string =>
  `${`--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`.repeat(count)}--b--`;

const links = (count: number): string =>
  `<html><body>${Array.from({ length: count }, (_, at) => `<a href="https://shop.example/p/${at}?a=1&amp;b=2">no. ${at}</a>`).join('\r\n')}</body></html>`;

const wrapped = (text: string): string => text.replace(/.{76}/g, '$&\r\n');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const html = 'Content-Type: text/html; charset=utf-8\r\n';
const mixed = 'Content-Type: multipart/mixed; boundary=b\r\n';

export const poisons: readonly Poison[] = [
  poison('1 MB of one folded header', `${folded(MEBIBYTE)}${html}`, '<p>hi</p>'),
  poison('1 MB of header fields', `${manyFields(MEBIBYTE)}${html}`, '<p>hi</p>'),
  poison('1 MB of References', `References:${'\r\n <a@b.example>'.repeat(65_000)}\r\n${html}`, '<p>hi</p>'),
  poison('2,000 levels', 'Content-Type: multipart/mixed; boundary=b0\r\n', () => nested(2_000)),
  poison('2,000 messages inside messages', '', () => rfc822(2_000)),
  poison('20,000 parts', mixed, () => parts(20_000, 'text/html', '<a href="https://a.example/">a</a>')),
  poison('20,000 parts of plain text', mixed, () => parts(20_000, 'text/plain', 'https://a.example/')),
  poison('50,000 links', html, () => links(50_000)),
  poison('50,000 links in base64', `${html}Content-Transfer-Encoding: base64\r\n`, () =>
    wrapped(base64(links(50_000))),
  ),
  poison('50,000 links in plain text', 'Content-Type: text/plain\r\n', () =>
    Array.from({ length: 50_000 }, (_, at) => `see https://shop.example/p/${at}, or`).join('\r\n'),
  ),
  poison(
    'a charset that does not exist',
    'Content-Type: text/html; charset="no-such-\u00e9-charset"\r\n',
    () => Buffer.from(links(50), 'latin1'),
  ),
  poison('bytes that are not UTF-8', html, () =>
    Buffer.concat(
      Array.from({ length: 2_000 }, () =>
        Buffer.from([0x3c, 0xff, 0xfe, 0x80, 0x3e, 0xc0, 0xaf, 0x0d, 0x0a]),
      ),
    ),
  ),
  poison('a base64 line of 20 MB', `${html}Content-Transfer-Encoding: base64\r\n`, () =>
    base64('<p>long</p> '.repeat(1_250_000)),
  ),
  poison('a quoted-printable line of 10 MB', `${html}Content-Transfer-Encoding: quoted-printable\r\n`, () =>
    '=3Cp=3E'.repeat(1_500_000),
  ),
  poison(
    '20 MB of wrapped base64',
    `${mixed}`,
    () =>
      `--b\r\n${html}\r\n${links(10)}\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrapped(base64('pdf '.repeat(3_700_000)))}\r\n--b--`,
  ),
  poison('10 MB of tags that never close', html, () => '<a href="'.repeat(1_100_000)),
  poison('5 MB of spaces in a line', html, () => ' '.repeat(5 * MEBIBYTE)),
  poison('5 MB of comments', html, () => '<!--[if mso]><a href="x">'.repeat(200_000)),
  poison('a boundary that is everywhere', mixed, () => '--b\r\n'.repeat(400_000)),
  poison('lines that are almost boundaries', mixed, () => '--b-\r\n--bb\r\n-b\r\n'.repeat(200_000)),
];
