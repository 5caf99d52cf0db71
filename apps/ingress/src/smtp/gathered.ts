import type { Writable } from 'node:stream';

/** Replies to pipelined commands that leave in one segment. RFC 2920 §3.2. */
export type Gathered = {
  /** What is written from now on waits for `letGo`, at most until this turn of the event loop is over. */
  hold(socket: Pick<Writable, 'cork' | 'uncork'>): void;
  letGo(): void;
};

export function openGathered(): Gathered {
  let held: Pick<Writable, 'cork' | 'uncork'> | undefined;
  const letGo = (): void => {
    held?.uncork();
    held = undefined;
  };
  return {
    hold(socket) {
      if (held !== undefined) return;
      held = socket;
      socket.cork();
      setImmediate(letGo);
    },
    letGo,
  };
}
