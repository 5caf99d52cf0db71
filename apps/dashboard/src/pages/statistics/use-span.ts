/** The span that the URL asks for, in days. */
import { useMemo } from 'react';
import { useUrlSearch } from '../../api/use-search.ts';
import { rangeText } from '../../text/statistics.ts';
import { useZone } from '../../time/zone.ts';
import { intervalOf, lastDays, type Span } from './time-span.ts';

export type AskedSpan = {
  readonly days: number;
  readonly span: Span;
  readonly zone: string;
  readonly interval: 'hour' | 'day';
};

export function useSpan(usualDays: keyof typeof rangeText): AskedSpan {
  const { days: asked = usualDays } = useUrlSearch();
  const days = Number(asked in rangeText ? asked : usualDays);
  const zone = useZone();
  const span = useMemo(() => lastDays(days, new Date(), zone), [days, zone]);
  return { days, span, zone, interval: intervalOf(days) };
}
