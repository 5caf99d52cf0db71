/**
 * Deliveries that this process put back because their destination had no session free. Their rows fall due by themselves after a pause.
 * A session that falls idle before that begins the one that has waited longest, so after a burst no mail waits beside idle sessions. Each
 * idle session begins one delivery: no process polls, and no session is opened for it that was not there.
 */
export type RefusedDelivery = {
  readonly id: string;
  /** When its row is due. A later claim of another process moves that time, and then the delivery is left alone. */
  readonly until: Date;
};

export type RefusedDeliveries = {
  add(destination: string, delivery: RefusedDelivery): void;
  /** A session to the destination is idle. */
  beginNext(destination: string): void;
  /** Begins nothing any more, and waits for the deliveries that it began. */
  close(): Promise<void>;
};

export type RefusedOptions = {
  /** Claims a delivery whose row is due at `dueBy` and makes its attempt. `false`: it could not be claimed. */
  readonly deliver: (deliveryId: string, dueBy: Date) => Promise<boolean>;
  /** Whether a session to the destination is idle now. */
  readonly hasIdle: (destination: string) => boolean;
  readonly now: () => Date;
  readonly onTrouble: (error: unknown, what: string) => void;
  /** Deliveries that are remembered, of all destinations; others wait for their time. */
  readonly most: number;
};

export function openRefusedDeliveries(options: RefusedOptions): RefusedDeliveries {
  const { deliver, hasIdle, now, onTrouble, most } = options;
  const byDestination = new Map<string, Set<RefusedDelivery>>();
  const inFlight = new Set<Promise<void>>();
  let remembered = 0;
  let isClosed = false;

  const remove = (destination: string, waiting: Set<RefusedDelivery>, one: RefusedDelivery): void => {
    waiting.delete(one);
    remembered -= 1;
    if (waiting.size === 0) byDestination.delete(destination);
  };

  /** Sessions that break never fall idle, so what they would have begun is removed here. The first to come is about the first to be due. */
  function removeDue(): void {
    for (const [destination, waiting] of byDestination)
      for (const one of waiting) {
        if (one.until > now()) break;
        remove(destination, waiting, one);
      }
  }

  /** The first whose time has not come. What is due was given to the queue already. */
  function take(destination: string): RefusedDelivery | undefined {
    const waiting = byDestination.get(destination);
    if (waiting === undefined || isClosed) return undefined;
    for (const one of waiting) {
      remove(destination, waiting, one);
      if (one.until > now()) return one;
    }
    return undefined;
  }

  /** The session of a delivery that was begun falls idle again, and begins the next one. */
  async function begin(destination: string, first: RefusedDelivery): Promise<void> {
    let one: RefusedDelivery | undefined = first;
    while (one !== undefined && !(await deliver(one.id, one.until))) one = take(destination);
  }

  function beginNext(destination: string): void {
    const first = take(destination);
    if (first === undefined) return;
    const work = begin(destination, first)
      .catch((error: unknown) => onTrouble(error, 'refused delivery not begun'))
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  }

  return {
    beginNext,
    add(destination, delivery) {
      if (remembered >= most) removeDue();
      if (isClosed || remembered >= most) return;
      const waiting = byDestination.get(destination) ?? new Set();
      waiting.add(delivery);
      remembered += 1;
      byDestination.set(destination, waiting);
      // While it was put back, the last session may have fallen idle: no other one will.
      if (hasIdle(destination)) beginNext(destination);
    },
    async close() {
      isClosed = true;
      byDestination.clear();
      remembered = 0;
      await Promise.all(inFlight);
    },
  };
}
