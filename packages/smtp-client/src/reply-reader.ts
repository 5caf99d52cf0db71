/** Replies out of bytes, however the network cut them. RFC 5321 §4.2.1. */

/** A reply of the server, all lines of it. RFC 5321 §4.2.1. */
export type SmtpReply = {
  readonly code: number;
  /** The text of each line, without code and separator. */
  readonly lines: readonly string[];
  /** As it came, one line per line. */
  readonly verbatim: string;
};

/** Cuts the bytes of a server into replies. */
export type ReplyReader = {
  /** Every reply that these bytes complete. Throws `NotAReply`. */
  feed(bytes: Buffer): readonly SmtpReply[];
  /** Bytes that wait for the rest of a reply. */
  held(): number;
};

/** What came is no SMTP reply, or has no end. */
export class NotAReply extends Error {}

// §4.5.3.1.5 limits a line to 512 bytes. Banners of several kilobytes exist and do no harm.
const MAX_REPLY_BYTES = 65_536;
const LF = 0x0a;
const replyLine = /^([2-5]\d\d)(?:([ -])(.*))?$/s;

/** Opens a reader for one connection. RFC 5321 §4.2.1. */
export function replyReader(): ReplyReader {
  let rest: Buffer = Buffer.alloc(0);
  let lines: { readonly raw: string; readonly text: string }[] = [];
  let bytesOfReply = 0;

  const takeLine = (raw: string): SmtpReply | undefined => {
    const [, code, separator, text = ''] = replyLine.exec(raw) ?? [];
    if (code === undefined) throw new NotAReply(`not an SMTP reply: ${raw.slice(0, 200)}`);
    lines.push({ raw, text });
    if (separator === '-') return undefined;
    const whole = lines;
    lines = [];
    bytesOfReply = 0;
    return {
      code: Number(code),
      lines: whole.map((line) => line.text),
      verbatim: whole.map((line) => line.raw).join('\n'),
    };
  };

  const count = (bytes: number): void => {
    bytesOfReply += bytes;
    if (bytesOfReply > MAX_REPLY_BYTES) throw new NotAReply('a reply without end');
  };

  const feed = (bytes: Buffer): readonly SmtpReply[] => {
    const replies: SmtpReply[] = [];
    let unread: Buffer = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (let end = unread.indexOf(LF); end !== -1; end = unread.indexOf(LF)) {
      count(end + 1);
      const reply = takeLine(unread.toString('utf8', 0, end).replace(/\r$/, ''));
      if (reply) replies.push(reply);
      unread = unread.subarray(end + 1);
    }
    if (unread.length > MAX_REPLY_BYTES) throw new NotAReply('a reply without end');
    rest = unread;
    return replies;
  };

  return { feed, held: () => rest.length + lines.length };
}
