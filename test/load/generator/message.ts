import { createHash } from 'node:crypto';

/** The two messages of PERFORMANCE: 4 KiB multipart/alternative with ten links, and 100 KiB with an attachment. */
export type MessageKind = 'small' | 'large';

export type Template = {
  /** One whole message, CRLF at its end and no line that begins with a dot. */
  readonly bytes: Buffer;
  /** Where its number stands, nine digits each. */
  readonly idAt: readonly number[];
  /** Bytes that no system has a reason to change. */
  readonly untouched: Buffer;
};

export const messageBytes: Readonly<Record<MessageKind, number>> = { small: 4_096, large: 102_400 };
export const idHeader = 'X-Bench-Id: ';
export const linksPerMessage = 10;

const ID = '000000000';
const LINE = 72;
const prose = 'Thank you for your order, it is on its way to you. ';

export const idText = (id: number): string => String(id).padStart(ID.length, '0');

/** Lines of words, exactly this many bytes. */
export function filler(length: number): string {
  if (length < 2) return '';
  const rest = length % LINE;
  const lines = Array<number>(Math.floor(length / LINE)).fill(LINE);
  // A line needs two bytes for its end: a rest of one goes to the first line.
  if (rest === 1) lines[0] = LINE + 1;
  if (rest > 1) lines.push(rest);
  return lines.map((size) => `${prose.repeat(2).slice(0, size - 2)}\r\n`).join('');
}

const link = (index: number): string =>
  [
    `<p><a href=3D"https://www.acme.test/offers/item-${index}?utm_source=3D=`,
    `mail&amp;item=3D${index}">Have a look at number ${index}</a></p>`,
    '',
  ].join('\r\n');

const part = (type: string, encoding: string, body: string): string =>
  `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;

const multipart = (subtype: string, boundary: string, parts: readonly string[]): string =>
  `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${parts
    .map((body) => `--${boundary}\r\n${body}\r\n`)
    .join('')}--${boundary}--\r\n`;

const alternative = (text: string): string => {
  const links = Array.from({ length: linksPerMessage }, (_, index) => link(index + 1)).join('');
  const html = `<html><body><h1>Your order</h1>\r\n${links}</body></html>\r\n`;
  return multipart('alternative', 'bench-alternative', [
    part('text/plain; charset=utf-8', '7bit', text),
    part('text/html; charset=utf-8', 'quoted-printable', html),
  ]);
};

/** Bytes that do not compress and are the same each time. */
function attachmentText(bytes: number): string {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, index) =>
    createHash('sha256').update(String(index)).digest(),
  );
  const lines =
    Buffer.concat(blocks)
      .subarray(0, bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return `${lines.join('\r\n')}\r\n`;
}

const withAttachment = (text: string, attachment: string): string =>
  multipart('mixed', 'bench-mixed', [
    alternative(text),
    part('application/pdf; name="invoice.pdf"', 'base64', attachment),
  ]);

const headerOf = (domain: string): string =>
  [
    `From: Acme Shop <shop@${domain}>`,
    `To: Ada Example <r${ID}@rcpt.example>`,
    'Subject: Your order is on its way',
    'Date: Thu, 01 Oct 2026 10:00:00 +0000',
    `Message-ID: <bench-${ID}@${domain}>`,
    `${idHeader}${ID}`,
    'MIME-Version: 1.0',
    '',
  ].join('\r\n');

function placesOf(bytes: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}

export function buildTemplate(kind: MessageKind, domain: string): Template {
  const attachment = kind === 'large' ? attachmentText(71_000) : undefined;
  const whole = (text: string): string =>
    headerOf(domain) + (attachment === undefined ? alternative(text) : withAttachment(text, attachment));
  const text = filler(messageBytes[kind] - whole('').length);
  const bytes = Buffer.from(whole(text), 'latin1');
  return { bytes, idAt: placesOf(bytes, ID), untouched: Buffer.from(attachment ?? text, 'latin1') };
}

/** The message of that number, with the final dot behind it: body and dot leave in one write. */
export function withDot({ bytes, idAt }: Template, id: number): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length + 3);
  bytes.copy(copy);
  copy.write('.\r\n', bytes.length, 'latin1');
  for (const at of idAt) copy.write(idText(id), at, 'latin1');
  return copy;
}

/** The number that a message carries, or `undefined` for mail that is not ours. */
export function idOf(bytes: Buffer): number | undefined {
  const at = bytes.indexOf(idHeader);
  if (at === -1) return undefined;
  const id = Number(bytes.toString('latin1', at + idHeader.length, at + idHeader.length + ID.length));
  return Number.isInteger(id) ? id : undefined;
}
