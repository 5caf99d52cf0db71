/** A time: relative, with the exact time and its zone on hover. */
import { exactTime, relativeTime } from '../time/format-time.ts';
import { useNow } from '../time/now.ts';
import { useZone } from '../time/zone.ts';

type MomentProps = { readonly at: string | null | undefined; readonly absent?: string };

export function Moment({ at, absent = '–' }: MomentProps) {
  const now = useNow();
  const zone = useZone();
  if (at === null || at === undefined) return absent;
  const time = new Date(at);
  return (
    <time dateTime={at} title={`${exactTime(time, zone)} ${zone}`}>
      {relativeTime(time, now)}
    </time>
  );
}

/** The exact time, where its order matters more than its distance. */
export function ExactMoment({ at }: { readonly at: string }) {
  const now = useNow();
  const zone = useZone();
  const time = new Date(at);
  return (
    <time dateTime={at} title={`${relativeTime(time, now)}, ${zone}`}>
      {exactTime(time, zone)}
    </time>
  );
}
