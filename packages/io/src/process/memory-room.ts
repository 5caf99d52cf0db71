/**
 * Room in memory for large bytes: so many at a time in this process, of which one account may have half. What finds none comes later,
 * so that a backlog of large messages is no reason to run out of memory.
 */

/** There was none in time. It says nothing of the message. */
export class NoRoom extends Error {
  override name = 'NoRoom';
}

/** When to come back, in milliseconds; spread up to twice that by `random` (0 to 1), so that those that wait do not come all at once. */
export const comeBackMs = (random: number): number => 1_000 * (1 + random);

export type Reservation = {
  /** Waits a moment for room; rejects with `NoRoom`. Once nobody has any, there is room for any size. */
  readonly take: (accountId: string, bytes: number) => Promise<void>;
  /** Gives back all that was taken. */
  readonly release: () => void;
};

export type MemoryRoom = { reservation(): Reservation };

export type MemoryRoomSettings = { readonly bytes: number; readonly waitMs: number };

const MEBIBYTE = 1_048_576;
/** Some messages of the usual largest size; preparing one takes about three times its bytes. */
export const memorySettings: MemoryRoomSettings = { bytes: 128 * MEBIBYTE, waitMs: 250 };

type Wish = { readonly accountId: string; readonly bytes: number };

export function openMemoryRoom({ bytes: most, waitMs }: MemoryRoomSettings = memorySettings): MemoryRoom {
  const taken = new Map<string, number>();
  const waiting = new Set<() => boolean>();
  let used = 0;

  const enter = ({ accountId, bytes }: Wish): boolean => {
    const own = taken.get(accountId) ?? 0;
    const fits = (used === 0 || used + bytes <= most) && (own === 0 || own + bytes <= most / 2);
    if (!fits) return false;
    used += bytes;
    taken.set(accountId, own + bytes);
    return true;
  };
  const leave = ({ accountId, bytes }: Wish): void => {
    const own = (taken.get(accountId) ?? 0) - bytes;
    used -= bytes;
    if (own > 0) taken.set(accountId, own);
    else taken.delete(accountId);
  };
  const inTurn = (wish: Wish): Promise<void> =>
    new Promise((resolve, reject) => {
      const tryAgain = (): boolean => {
        if (!enter(wish)) return false;
        clearTimeout(timer);
        resolve();
        return true;
      };
      const timer = setTimeout(() => {
        waiting.delete(tryAgain);
        reject(new NoRoom(`no room for ${wish.bytes} bytes`));
      }, waitMs);
      waiting.add(tryAgain);
    });

  return {
    reservation() {
      const own: Wish[] = [];
      return {
        async take(accountId, bytes) {
          const wish = { accountId, bytes };
          if (!enter(wish)) await inTurn(wish);
          own.push(wish);
        },
        release() {
          for (const wish of own.splice(0)) leave(wish);
          for (const tryAgain of waiting) if (tryAgain()) waiting.delete(tryAgain);
        },
      };
    },
  };
}
