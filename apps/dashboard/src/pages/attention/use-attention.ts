/** What needs attention, read again when events came, at most every ten seconds: statistics run a little behind the events. */
import { useEffect, useRef } from 'react';
import { useLive } from '../../api/live/use-live.ts';
import { useRecord } from '../../api/use-records.ts';
import type { AttentionView } from '../../api/views.ts';

const PAUSE_MS = 10_000;

export function useAttention(limit: number) {
  const attention = useRecord<AttentionView>('/v1/stats/attention', { limit });
  const { refetch } = attention;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void refetch();
    }, PAUSE_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return attention;
}
