/** A backend that is away fails every few milliseconds: one line in five seconds tells it. */
export function quietly(tell: (error: Error) => void, everyMs = 5_000): (error: Error) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - toldAt < everyMs) return;
    toldAt = now;
    tell(error);
  };
}
