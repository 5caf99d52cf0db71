/** What needs attention, read again when events came, at most every ten seconds: statistics run a little behind the events. */
import { useEffect, useRef } from 'react';
import { useLive } from '../../api/live/use-live.ts';
import { useRecord } from '../../api/use-records.ts';
import type { AttentionView } from '../../api/views.ts';

const PAUSE_MS = 10_000;
/** An answer of this time before the stream was opened is new enough: the interval finds what came in between. */
const FRESH_MS = 5_000;
const REFETCH_MS = 60_000;

export function useAttention(limit: number) {
  const attention = useRecord<AttentionView>('/v1/stats/attention', { limit }, { refetchMs: REFETCH_MS });
  const latest = useRef(attention);
  /** An answer must be newer, as `Date.now()` gives it. */
  const wantedSince = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = attention;
  });
  useLive(({ events, openedAt }) => {
    const since = events.length > 0 ? Date.now() : openedAt - FRESH_MS;
    wantedSince.current = Math.max(wantedSince.current, since);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (latest.current.dataUpdatedAt < wantedSince.current) void latest.current.refetch();
    }, PAUSE_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return attention;
}
