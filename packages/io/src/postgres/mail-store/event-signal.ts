/**
 * Tells followers of events that some were written, without their content. Outside the transactions of mail, for NOTIFY inside
 * would make their commits wait for each other, and at most four times a second.
 */
export const EVENTS_CHANNEL = 'waybill_events';

const INTERVAL_MS = 250;

export type EventSignal = { readonly note: () => void; readonly close: () => void };

export function openEventSignal(query: (sql: string) => Promise<unknown>): EventSignal {
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    // One that is lost is made up for by the next one.
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

/** Saves a batch in which there are events, and notes it. */
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
