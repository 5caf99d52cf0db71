/** Keeps the list of messages current: the newest page is read again when events came, and joins what is shown. */
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { List } from '@waybill/contract/list';
import { useEffect, useRef, useState } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { useLive } from '../../api/live/use-live.ts';
import { type Query, request } from '../../api/request.ts';
import { listKey, PAGE_SIZE } from '../../api/use-records.ts';
import type { MessageSummaryView } from '../../api/views.ts';
import { rowsAbove, withNewest, withStates } from './live-pages.ts';

type Row = MessageSummaryView;
type Shown = InfiniteData<List<Row>, string | undefined>;

/** A search reads up to 10,000 messages. The list takes at most this share of the time for reading again. */
const READING_SHARE = 0.1;
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
    setTimeout(() => {
      isBusy = false;
      if (isWanted) void run();
    }, took / READING_SHARE);
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
    : { pages: withStates(before.pages, fresh), came: 0, waiting: above };
}

export type LiveList = {
  readonly isConnected: boolean;
  /** New rows since the list was opened; for the announcement. */
  readonly came: number;
  /** New rows that are not shown, because the reader looks at older ones. */
  readonly waiting: number;
  readonly showNewest: () => void;
};

export function useLiveMessages(path: string, filter: Query, isOn: boolean): LiveList {
  const account = useAccountId();
  const client = useQueryClient();
  const [came, setCame] = useState(0);
  const [waiting, setWaiting] = useState(0);
  const refresh = useRef<() => void>(() => undefined);
  const filterText = JSON.stringify(filter);
  useEffect(() => {
    const asked = JSON.parse(filterText) as Query;
    let isGone = false;
    const read = async (): Promise<void> => {
      const fresh = await request<List<Row>>(path, { account, query: { limit: PAGE_SIZE, ...asked } });
      if (isGone) return;
      const key = listKey(account, path, asked);
      const before = client.getQueryData<Shown>(key);
      const { pages, came: more, waiting: above } = joined(before, fresh);
      if (before === undefined || pages === undefined) return;
      const pageParams = before.pageParams.slice(0, pages.length);
      client.setQueryData<Shown>(key, { pages: [...pages], pageParams });
      setCame((count) => count + more);
      setWaiting(above);
    };
    refresh.current = openPaced(read);
    setWaiting(0);
    return () => {
      isGone = true;
    };
  }, [account, path, filterText, client]);
  const isConnected = useLive(
    ({ events, isAnew }) => {
      if (isAnew || events.some(({ message_id: id }) => id !== null)) refresh.current();
    },
    { enabled: isOn },
  );
  const showNewest = (): void => {
    window.scrollTo({ top: 0 });
    refresh.current();
  };
  return { isConnected, came, waiting, showNewest };
}
