/** Messages below the newest page that events named: the newest page, read again, does not show what became of them. */
import type { Row } from './live-pages.ts';

/** Read at a time, one request each. */
const MOST = 10;

type Asked = {
  /** Ids that events named and that were not read again since. */
  readonly touched: ReadonlySet<string>;
  /** Ids of the rows in view. */
  readonly inView: ReadonlySet<string>;
  /** All rows of the list. */
  readonly rows: readonly Row[];
};

/** Those of the list, in view first. `now`: to be read again at once; `later`: to be read in the next round. */
export function touchedRows({ touched, inView, rows }: Asked): {
  readonly now: readonly string[];
  readonly later: readonly string[];
} {
  const ids = rows.map(({ id }) => id).filter((id) => touched.has(id));
  const ordered = [...ids.filter((id) => inView.has(id)), ...ids.filter((id) => !inView.has(id))];
  return { now: ordered.slice(0, MOST), later: ordered.slice(MOST) };
}
