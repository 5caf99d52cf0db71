/** Imports a file of suppressions in slices. A malformed row is named by its line and does not stop the others. */
import { audit, type Caller } from './audit.ts';
import { accountOf } from './principal.ts';
import { type SuppressionRow, suppressionRows } from './suppression-rows.ts';
import { type AskedSuppression, addSuppressions, type SuppressionPorts } from './suppressions.ts';

/** Rows in a statement. */
const SLICE = 1_000;
/** Only the first faults are reported, and the first rows are shown. */
const MAX_FAULTS = 100;
const SHOWN_ROWS = 10;

export type ImportState = {
  /** Rows read so far, without the header. */
  readonly rows: number;
  /** New suppressions; in a dry run those that there would be. */
  readonly created: number;
  /** Rows whose address is suppressed already, or stands in an earlier row. */
  readonly known: number;
  readonly malformed: number;
  readonly faults: readonly { readonly line: number; readonly detail: string }[];
  /** The first rows as they were understood. */
  readonly shown: readonly AskedSuppression[];
};

type Counting = { -readonly [K in keyof ImportState]: ImportState[K] };

export type AskedImport = { readonly text: string; readonly isDryRun: boolean };

function* slicesOf(rows: Iterable<SuppressionRow>): Generator<readonly SuppressionRow[]> {
  let slice: SuppressionRow[] = [];
  for (const row of rows) {
    slice.push(row);
    if (slice.length < SLICE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

const keyOf = ({ address, streamId = '' }: Pick<AskedSuppression, 'address' | 'streamId'>): string =>
  `${address} ${streamId}`;

/** One entry for an address and stream: one statement cannot add a row twice. */
const distinct = (asked: readonly AskedSuppression[]): readonly AskedSuppression[] => [
  ...new Map(asked.map((one) => [keyOf(one), one])).values(),
];

async function newOnes(
  asked: readonly AskedSuppression[],
  { isDryRun, seen }: { readonly isDryRun: boolean; readonly seen: Set<string> },
  { caller, ports }: { readonly caller: Caller; readonly ports: SuppressionPorts },
): Promise<number> {
  if (!isDryRun) return (await addSuppressions(asked, caller, ports)).length;
  const { suppressions } = ports.stores;
  const addresses = asked.map(({ address }) => address);
  const known = new Set((await suppressions.among(accountOf(caller), addresses, ports.now())).map(keyOf));
  const fresh = asked.map(keyOf).filter((key) => !known.has(key) && !seen.has(key));
  for (const key of fresh) seen.add(key);
  return fresh.length;
}

function noteSlice(state: Counting, slice: readonly SuppressionRow[]): readonly AskedSuppression[] {
  const good = slice.flatMap((row) => ('asked' in row ? [row.asked] : []));
  const bad = slice.flatMap((row) => ('fault' in row ? [{ line: row.line, detail: row.fault }] : []));
  state.rows += slice.length;
  state.malformed += bad.length;
  state.faults = [...state.faults, ...bad].slice(0, MAX_FAULTS);
  state.shown = [...state.shown, ...good].slice(0, SHOWN_ROWS);
  return good;
}

/** Yields the state after every slice; the last one is the result. What was imported before an error is in the audit log too. */
export async function* importSuppressions(
  { text, isDryRun }: AskedImport,
  caller: Caller,
  ports: SuppressionPorts,
): AsyncGenerator<ImportState> {
  const state: Counting = { rows: 0, created: 0, known: 0, malformed: 0, faults: [], shown: [] };
  const seen = new Set<string>();
  const streams = await ports.stores.streams.list(accountOf(caller));
  try {
    for (const slice of slicesOf(suppressionRows(text, streams))) {
      const good = noteSlice(state, slice);
      const created = await newOnes(distinct(good), { isDryRun, seen }, { caller, ports });
      state.created += created;
      state.known += good.length - created;
      yield { ...state };
    }
    if (state.rows === 0) yield { ...state };
  } finally {
    const { rows, created, known, malformed } = state;
    const change = { action: 'suppression.imported', target: `${created} addresses` };
    if (!isDryRun && created > 0)
      await audit(caller, { ...change, after: { rows, created, known, malformed } }, ports);
  }
}
