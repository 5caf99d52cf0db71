/** How many connections may be open at a time, over all listeners of this process. */
export type ConnectionLimit = {
  /** `false`: one too many; nothing to give back then. */
  take(ip: string): boolean;
  giveBack(ip: string): void;
  readonly open: number;
};

export const connectionLimits = { perAddress: 200, total: 4_000 } as const;

export function connectionLimit(limits: {
  readonly perAddress: number;
  readonly total: number;
}): ConnectionLimit {
  const byAddress = new Map<string, number>();
  let open = 0;
  return {
    take(ip) {
      const held = byAddress.get(ip) ?? 0;
      if (held >= limits.perAddress || open >= limits.total) return false;
      byAddress.set(ip, held + 1);
      open += 1;
      return true;
    },
    giveBack(ip) {
      const held = byAddress.get(ip) ?? 0;
      if (held > 1) byAddress.set(ip, held - 1);
      else byAddress.delete(ip);
      open -= 1;
    },
    get open() {
      return open;
    },
  };
}
