/** Collects the replies to pipelined commands, so that they leave in one segment. RFC 2920 §3.2. */
export type ReplyBatch = {
  /** Adds a reply. It leaves with `flush`, at the latest when this turn of the event loop ends. */
  add(reply: string): void;
  flush(): void;
};

export function openReplyBatch(write: (replies: string) => void): ReplyBatch {
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const replies = waiting;
    waiting = '';
    write(replies);
  };
  return {
    add(reply) {
      if (waiting === '') setImmediate(flush);
      waiting += reply;
    },
    flush,
  };
}
