/** How many connections one holder, an address or an account, and all of them may have open at a time in this process. */
export type ConnectionLimit = {
  /** `false`: one too many; nothing to give back then. */
  take(holder: string): boolean;
  giveBack(holder: string): void;
  readonly open: number;
};

/** Per connecting address. */
export const connectionLimits = { perHolder: 200, total: 4_000 } as const;
/** Per account that has logged in. */
export const accountSessionLimits = { perHolder: 500, total: 4_000 } as const;

export function connectionLimit(limits: {
  readonly perHolder: number;
  readonly total: number;
}): ConnectionLimit {
  const held = new Map<string, number>();
  let open = 0;
  return {
    take(holder) {
      const own = held.get(holder) ?? 0;
      if (own >= limits.perHolder || open >= limits.total) return false;
      held.set(holder, own + 1);
      open += 1;
      return true;
    },
    giveBack(holder) {
      const own = held.get(holder) ?? 0;
      if (own > 1) held.set(holder, own - 1);
      else held.delete(holder);
      open -= 1;
    },
    get open() {
      return open;
    },
  };
}
