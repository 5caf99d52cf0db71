/** Files of a JSON submission as parts of the message. What a part may hold is RFC 2045 §6 and RFC 2046 §5.2. */
import { isAscii } from 'node:buffer';
import { type Attachment, unwrapped } from '@waybill/contract/attachment';
import { withCrlf } from '@waybill/mail/body/line-ends';
import { parseStructuredValue } from '@waybill/mail/header/content-type';

export type Part = {
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType?: string;
  readonly contentTransferEncoding?: '7bit' | 'base64';
  readonly contentDisposition?: 'attachment';
  readonly cid?: string;
};

export type Alternative = { readonly contentType: string; readonly content: Buffer };

export type Parts = {
  readonly attachments: Part[];
  /** An alternative form of the message, next to text and HTML. */
  readonly alternatives: Alternative[];
};

const MAX_LINE_BYTES = 998;

const isNested = (contentType: string | undefined, filename: string): boolean =>
  contentType === undefined ? /\.eml$/i.test(filename) : /^message\//i.test(contentType);

const fitsSevenBit = (bytes: Buffer): boolean =>
  isAscii(bytes) &&
  !bytes.includes(0) &&
  bytes
    .toString('latin1')
    .split('\r\n')
    .every((line) => line.length <= MAX_LINE_BYTES);

/**
 * An attached message may not be encoded (RFC 2046 §5.2.1), so a seven-bit one is attached as it is, with CRLF line ends. One that
 * needs eight bits is attached as a file; its name still says what it is.
 */
function nestedPart(filename: string, decoded: Buffer, contentType: string): Part {
  const content = Buffer.from(withCrlf(decoded.toString('latin1')), 'latin1');
  if (fitsSevenBit(content)) return { filename, content, contentType, contentTransferEncoding: '7bit' };
  return {
    filename,
    content,
    contentType: 'application/octet-stream',
    contentTransferEncoding: 'base64',
    contentDisposition: 'attachment',
  };
}

function partOf({ filename, content, content_type, content_id }: Attachment): Part {
  const decoded = Buffer.from(unwrapped(content), 'base64');
  const part = isNested(content_type, filename)
    ? nestedPart(filename, decoded, content_type ?? 'message/rfc822')
    : { filename, content: decoded, ...(content_type === undefined ? {} : { contentType: content_type }) };
  return content_id === undefined ? part : { ...part, cid: content_id };
}

/** `text/calendar` with a method is an invitation or an answer to one. RFC 6047 §2.4. */
function isInvitation({ contentType = '', cid }: Part): boolean {
  const { value, params } = parseStructuredValue(contentType);
  return value === 'text/calendar' && params.has('method') && cid === undefined;
}

/**
 * Outlook looks for an invitation only among the alternatives of the text, and some calendars only among the files. So it is in both
 * places, as in the invitations of the large calendars; the file has a type that is not read as a second invitation.
 */
export function partsOf(given: readonly Attachment[] = []): Parts {
  const attachments = given.map(partOf);
  const invitation = attachments.find(isInvitation);
  if (invitation === undefined) return { attachments, alternatives: [] };
  const { content, contentType = '' } = invitation;
  return {
    attachments: attachments.map((part) =>
      part === invitation ? { ...part, contentType: 'application/ics' } : part,
    ),
    // Lines of a calendar end with CRLF. RFC 5545 §3.1.
    alternatives: [{ contentType, content: Buffer.from(withCrlf(content.toString('latin1')), 'latin1') }],
  };
}
