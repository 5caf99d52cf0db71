/**
 * Notifies the followers of events that events were written, without their content, at most four times a second. It runs outside
 * the transactions of mail, because NOTIFY inside would make their commits wait for each other.
 */
export const EVENTS_CHANNEL = 'waybill_events';

const INTERVAL_MS = 250;

export type EventSignal = { readonly note: () => void; readonly close: () => void };

export function openEventSignal(query: (sql: string) => Promise<unknown>): EventSignal {
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    // The next notification replaces a lost one.
    query(`NOTIFY ${EVENTS_CHANNEL}`).catch(() => undefined);
  };
  return {
    note() {
      timer ??= setTimeout(send, INTERVAL_MS).unref();
    },
    close() {
      clearTimeout(timer);
    },
  };
}

/** Saves a batch with events and notifies the followers. */
export const notingEvents =
  <Item, Result>(
    { eventsWritten }: { readonly eventsWritten: () => void },
    save: (items: readonly Item[]) => Promise<readonly Result[]>,
  ) =>
  async (items: readonly Item[]): Promise<readonly Result[]> => {
    const results = await save(items);
    eventsWritten();
    return results;
  };
