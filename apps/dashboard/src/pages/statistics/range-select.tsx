import { NativeSelect } from '@mantine/core';
import { useChangeSearch } from '../../api/use-search.ts';
import { rangeText, statisticsText as text } from '../../text/statistics.ts';
import { ownZone, useZone } from '../../time/zone.ts';

/** Values with their words, as a select wants them. */
export const choicesOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

type RangeSelectProps = { readonly days: number; readonly isLabelHidden?: boolean };

/** The range goes to the URL, so that a link shows the same. */
export function RangeSelect({ days, isLabelHidden = false }: RangeSelectProps) {
  const change = useChangeSearch();
  return (
    <NativeSelect
      {...(isLabelHidden ? { 'aria-label': text.range } : { label: text.range })}
      value={String(days)}
      data={choicesOf(rangeText)}
      onChange={(event) => change({ days: event.currentTarget.value })}
    />
  );
}

/** The zone of the browser first, then UTC, then all others. */
const zones = [...new Set([ownZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];

export function ZoneSelect() {
  const change = useChangeSearch();
  const zone = useZone();
  return (
    <NativeSelect
      label={text.zone}
      value={zone}
      data={zones.includes(zone) ? zones : [zone, ...zones]}
      onChange={(event) => change({ tz: event.currentTarget.value })}
    />
  );
}
