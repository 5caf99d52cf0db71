/** One conversation of the sink, without a socket: bytes in, replies out. Fast because it keeps and checks nothing. */
export type SinkSession = {
  /** What to say to these bytes; `isOver` after QUIT. */
  read(bytes: Buffer): { readonly replies: string; readonly isOver: boolean };
};

const END = Buffer.from('\r\n.\r\n');
const LINE_END: Buffer = Buffer.from('\r\n');
const NOTHING: Buffer = Buffer.alloc(0);

const replies: Readonly<Record<string, string>> = {
  EHLO: '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 52428800\r\n',
  HELO: '250 sink.example\r\n',
  // Not offered: the generator logs in everywhere, here too when it is tried on the sink itself.
  AUTH: '235 2.7.0 welcome\r\n',
  MAIL: '250 2.1.0 ok\r\n',
  RCPT: '250 2.1.5 ok\r\n',
  DATA: '354 go ahead\r\n',
  RSET: '250 2.0.0 ok\r\n',
  NOOP: '250 2.0.0 ok\r\n',
  QUIT: '221 2.0.0 bye\r\n',
};
export const sinkBanner = '220 sink.example ESMTP\r\n';
const KEPT = '250 2.0.0 kept\r\n';
const WHAT = '500 5.5.1 what?\r\n';

/**
 * `onMessage` gets each message as it came over the wire (dots still stuffed), with the CRLF that ends it. RFC 5321
 * §4.1.1.4; commands may be pipelined, also behind the final dot (RFC 2920 §3.1).
 */
export function openSinkSession(onMessage: (bytes: Buffer) => void): SinkSession {
  let isData = false;
  let isOver = false;
  let line = NOTHING;
  let body: Buffer[] = [];
  // The last bytes of what came before: the end of the message may be torn in two.
  let tail = LINE_END;

  /** Where the message ends in `bytes` (behind the dot's CRLF), or -1. */
  const endIn = (bytes: Buffer): number => {
    const seam = Buffer.concat([tail, bytes.subarray(0, 4)]).indexOf(END);
    if (seam !== -1) return seam + END.length - tail.length;
    const at = bytes.indexOf(END);
    return at === -1 ? -1 : at + END.length;
  };

  const takeBody = (bytes: Buffer): Buffer => {
    const end = endIn(bytes);
    body.push(end === -1 ? bytes : bytes.subarray(0, end));
    if (end === -1) {
      tail = Buffer.concat([tail, bytes.subarray(-4)]).subarray(-4);
      return bytes.subarray(bytes.length);
    }
    const whole = body.length === 1 ? (body[0] ?? bytes) : Buffer.concat(body);
    onMessage(whole.subarray(0, whole.length - 3));
    body = [];
    isData = false;
    return bytes.subarray(end);
  };

  const answerTo = (command: string): string => {
    const verb = command.slice(0, 4).toUpperCase();
    isData = verb === 'DATA';
    if (isData) tail = LINE_END;
    isOver = verb === 'QUIT';
    return replies[verb] ?? WHAT;
  };

  const takeLine = (bytes: Buffer): { readonly said: string; readonly rest: Buffer } => {
    const all: Buffer = line.length === 0 ? bytes : Buffer.concat([line, bytes]);
    const end = all.indexOf(LINE_END);
    line = end === -1 ? all : NOTHING;
    if (end === -1) return { said: '', rest: NOTHING };
    return { said: answerTo(all.toString('latin1', 0, end)), rest: all.subarray(end + 2) };
  };

  const take = (bytes: Buffer): { readonly said: string; readonly rest: Buffer } => {
    if (!isData) return takeLine(bytes);
    const rest = takeBody(bytes);
    return { said: isData ? '' : KEPT, rest };
  };

  return {
    read(bytes) {
      let said = '';
      for (let rest = bytes; rest.length > 0; ) {
        const taken = take(rest);
        said += taken.said;
        rest = taken.rest;
      }
      return { replies: said, isOver };
    },
  };
}
