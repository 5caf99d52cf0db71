/** Listens to the events of the shown account. */
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useAccountId } from '../account-id.ts';
import { feedOf, type News } from './event-feed.ts';

const nothing = (): void => undefined;

/** Returns whether the stream of events is open now. */
export function useLive(onNews: (news: News) => void, { enabled = true } = {}): boolean {
  const account = useAccountId();
  const feed = account !== undefined && enabled ? feedOf(account) : undefined;
  const latest = useRef(onNews);
  useEffect(() => {
    latest.current = onNews;
  });
  useEffect(() => feed?.listen({ onNews: (news) => latest.current(news), onConnection: nothing }), [feed]);
  const subscribe = useCallback(
    (onConnection: () => void) => feed?.listen({ onNews: nothing, onConnection }) ?? nothing,
    [feed],
  );
  return useSyncExternalStore(subscribe, () => feed?.isConnected() ?? false);
}
