/**
 * Keeps the list of messages current. When events came, the newest page is read again and joins what is shown, and so is each row below it
 * that an event named.
 */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { List } from '@waybill/contract/list';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { useLive } from '../../api/live/use-live.ts';
import { type Query, request } from '../../api/request.ts';
import { listKey, PAGE_SIZE } from '../../api/use-records.ts';
import type { MessageSummaryView } from '../../api/views.ts';
import { type Pages, rowsAbove, withNewest, withStates } from './live-pages.ts';
import { touchedRows } from './touched-rows.ts';

type Row = MessageSummaryView;
type Shown = InfiniteData<List<Row>, string | undefined>;

/** A search reads up to 10,000 messages. The list takes at most this share of the time for reading again. */
const READING_SHARE = 0.1;
/** A slow answer delays the next one at most so long. */
const MAX_PAUSE_MS = 10_000;
/** Below this the reader looks at older rows, which must not move. Pixels. */
const TOP_PX = 200;

const isAtTop = (): boolean => window.scrollY < TOP_PX;

/** Runs one reading at a time, and the next one not before its cost is spread. */
function openPaced(read: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    isWanted = false;
    const startedAt = performance.now();
    await read().catch(() => undefined);
    const took = performance.now() - startedAt;
    setTimeout(
      () => {
        isBusy = false;
        if (isWanted) void run();
      },
      Math.min(took / READING_SHARE, MAX_PAUSE_MS),
    );
  };
  return () => {
    isWanted = true;
    if (!isBusy) void run();
  };
}

/** The pages with the newest rows, and how many rows wait above a reader who has scrolled down. */
function joined(before: Shown | undefined, fresh: List<Row>) {
  if (before === undefined) return { pages: undefined, came: 0, waiting: 0 };
  const above = rowsAbove(before.pages, fresh).length;
  return isAtTop()
    ? { pages: withNewest(before.pages, fresh), came: above, waiting: 0 }
    : { pages: withStates(before.pages, fresh.data), came: 0, waiting: above };
}

type Place = { readonly client: QueryClient; readonly key: ReturnType<typeof listKey> };

/** Pages that were read on before this one began are kept. */
function setPages({ client, key }: Place, change: (pages: Pages<Row>) => Pages<Row>): void {
  client.setQueryData<Shown>(key, (before) => {
    if (before === undefined) return undefined;
    const pages = change(before.pages);
    return { pages: [...pages], pageParams: before.pageParams.slice(0, pages.length) };
  });
}

const idsOf = (rows: readonly Row[]): ReadonlySet<string> => new Set(rows.map(({ id }) => id));

export type LiveList = {
  readonly isConnected: boolean;
  /** New rows since the list was opened; for the announcement. */
  readonly came: number;
  /** New rows that are not shown, because the reader looks at older ones. */
  readonly waiting: number;
  readonly showNewest: () => void;
};

export type LiveListOptions = {
  readonly path: string;
  readonly filter: Query;
  readonly isOn: boolean;
  /** The rows that the table shows now. */
  readonly inView: RefObject<readonly Row[]>;
};

export function useLiveMessages({ path, filter, isOn, inView }: LiveListOptions): LiveList {
  const account = useAccountId();
  const client = useQueryClient();
  const [came, setCame] = useState(0);
  const [waiting, setWaiting] = useState(0);
  const refresh = useRef<() => void>(() => undefined);
  const touched = useRef(new Set<string>());
  const filterText = JSON.stringify(filter);
  useEffect(() => {
    const asked = JSON.parse(filterText) as Query;
    const key = listKey(account, path, asked);
    const place = { client, key };
    let isGone = false;
    const rowsNow = (): readonly Row[] =>
      client.getQueryData<Shown>(key)?.pages.flatMap(({ data }) => data) ?? [];

    const readNewest = async (): Promise<void> => {
      const fresh = await request<List<Row>>(path, { account, query: { limit: PAGE_SIZE, ...asked } });
      if (isGone) return;
      const { pages, came: more, waiting: above } = joined(client.getQueryData<Shown>(key), fresh);
      if (pages === undefined) return;
      setPages(place, () => pages);
      setCame((count) => count + more);
      setWaiting(above);
      for (const { id } of fresh.data) touched.current.delete(id);
    };

    const readTouched = async (): Promise<void> => {
      const rows = { touched: touched.current, inView: idsOf(inView.current), rows: rowsNow() };
      const { now, later } = touchedRows(rows);
      touched.current = new Set(later);
      const reads = now.map((id) => request<Row>(`${path}/${id}`, { account }));
      const read = (await Promise.allSettled(reads)).flatMap((one) =>
        one.status === 'fulfilled' ? [one.value] : [],
      );
      if (isGone || read.length === 0) return;
      setPages(place, (pages) => withStates(pages, read));
    };

    refresh.current = openPaced(async () => {
      await readNewest();
      await readTouched();
      if (touched.current.size > 0 && !isGone) refresh.current();
    });
    setWaiting(0);
    return () => {
      isGone = true;
      touched.current.clear();
    };
  }, [account, path, filterText, client, inView]);
  const isConnected = useLive(
    ({ events, isAnew }) => {
      const named = events.flatMap(({ message_id: id }) => id ?? []);
      // What happened before the stream began is unknown.
      for (const id of isAnew ? [...named, ...idsOf(inView.current)] : named) touched.current.add(id);
      if (isAnew || named.length > 0) refresh.current();
    },
    { enabled: isOn },
  );
  const showNewest = (): void => {
    window.scrollTo({ top: 0 });
    refresh.current();
  };
  return { isConnected, came, waiting, showNewest };
}
