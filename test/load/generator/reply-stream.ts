/** Replies of a server, cut from bytes as they come. A multi-line reply is one. RFC 5321 §4.2.1. */
export type ServerReply = { readonly code: number; readonly text: string };
export type ReplyStream = { read(bytes: string): readonly ServerReply[] };

const LAST_LINE = /^\d{3}(?: |$)/;

export function openReplyStream(): ReplyStream {
  let held = '';
  let lines: string[] = [];
  return {
    read(bytes) {
      const replies: ServerReply[] = [];
      const parts = (held + bytes).split('\r\n');
      held = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        if (!LAST_LINE.test(line)) continue;
        replies.push({ code: Number(line.slice(0, 3)), text: lines.join('\n') });
        lines = [];
      }
      return replies;
    },
  };
}
