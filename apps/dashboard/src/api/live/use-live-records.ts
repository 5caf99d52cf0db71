/** A list that follows events: read once when it is opened, and again when events came. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useAccountId } from '../account-id.ts';
import type { Query } from '../request.ts';
import { listKey, type Records, useRecords } from '../use-records.ts';
import type { News } from './event-feed.ts';
import { useLive } from './use-live.ts';

/** How long the first reading waits for the stream of events. Milliseconds. */
const WAIT_MS = 1_000;

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}

/**
 * The first reading waits until the stream is open, so that no event falls between the two and the list need not be read twice. Without
 * a stream it is read a moment later, and again once there is one.
 */
export function useLiveRecords<T>(path: string, filter: Query): Records<T> {
  const onNews = useRef<(news: News) => void>(() => undefined);
  const isConnected = useLive((news) => onNews.current(news));
  const isLate = useIsLate();
  /** Until the first news, and only when the first reading waited for the stream. */
  const mayBeKnown = useRef(true);
  const records = useRecords<T>(path, filter, { enabled: isConnected || isLate });
  const { refetch } = records;
  const client = useQueryClient();
  const account = useAccountId();
  useEffect(() => {
    if (isLate && !isConnected) mayBeKnown.current = false;
    onNews.current = ({ events, openedAt }) => {
      // The cache knows an answer a moment before the page does.
      const state = client.getQueryState(listKey(account, path, filter));
      const isRead = state?.fetchStatus === 'fetching' || (state?.dataUpdatedAt ?? 0) >= openedAt;
      const isKnown = mayBeKnown.current && isRead;
      mayBeKnown.current = false;
      if (events.length > 0 || !isKnown) void refetch();
    };
  });
  return records;
}
