/** Replies to pipelined commands that leave in one segment. RFC 2920 §3.2. */
export type Gathered = {
  /** Waits for `letGo`, at most until this turn of the event loop is over. */
  hold(reply: string): void;
  letGo(): void;
};

export function openGathered(write: (replies: string) => void): Gathered {
  let held = '';
  const letGo = (): void => {
    if (held === '') return;
    const replies = held;
    held = '';
    write(replies);
  };
  return {
    hold(reply) {
      if (held === '') setImmediate(letGo);
      held += reply;
    },
    letGo,
  };
}
