/** So many at a time; whoever comes when it is full waits in order. */
export type Room = {
  /** Whether it ran: not when the room closed before its turn came. What it throws is thrown here. */
  within(run: () => Promise<void>): Promise<boolean>;
  /** Nobody enters any more; those inside stay until they are done. */
  close(): void;
};

export function room(places: number): Room {
  const waiting: ((mayEnter: boolean) => void)[] = [];
  let free = places;
  let closed = false;

  const enter = (): Promise<boolean> | boolean => {
    if (closed) return false;
    if (free === 0) return new Promise((resolve) => waiting.push(resolve));
    free -= 1;
    return true;
  };
  const leave = (): void => {
    const next = waiting.shift();
    // The place goes from hand to hand.
    if (next) next(true);
    else free += 1;
  };
  return {
    async within(run) {
      if (!(await enter())) return false;
      try {
        await run();
        return true;
      } finally {
        leave();
      }
    },
    close() {
      closed = true;
      for (const refuse of waiting.splice(0)) refuse(false);
    },
  };
}
