/** What changed between two texts, line by line. Lines in common at both ends are set aside first. */
export type DifferenceLine = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/** Cells of the table of common subsequences, about 16 MB of numbers. */
const MAX_CELLS = 4_000_000;

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

function commonEnd(one: readonly string[], other: readonly string[]): { head: number; tail: number } {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < shorter - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  return { head, tail };
}

/** `table[i][j]`: the length of the longest common subsequence of `one` from i on and `other` from j on. */
function commonTable(one: readonly string[], other: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--) {
      const row = table[i] as Uint32Array;
      const below = table[i + 1] as Uint32Array;
      row[j] = one[i] === other[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  return table;
}

type Cursor = { readonly i: number; readonly j: number };

/** The next line and where it leads, by the table. */
function stepFrom(
  { i, j }: Cursor,
  [one, other]: readonly [readonly string[], readonly string[]],
  table: readonly Uint32Array[],
): { readonly line: DifferenceLine; readonly next: Cursor } {
  const [left, right] = [one[i], other[j]];
  if (left !== undefined && left === right)
    return { line: { kind: 'same', text: left }, next: { i: i + 1, j: j + 1 } };
  const isRemoved = right === undefined || (table[i + 1]?.[j] ?? -1) >= (table[i]?.[j + 1] ?? 0);
  return isRemoved && left !== undefined
    ? { line: { kind: 'removed', text: left }, next: { i: i + 1, j } }
    : { line: { kind: 'added', text: right ?? '' }, next: { i, j: j + 1 } };
}

function middleOf(one: readonly string[], other: readonly string[]): readonly DifferenceLine[] {
  const table = commonTable(one, other);
  const lines: DifferenceLine[] = [];
  let cursor: Cursor = { i: 0, j: 0 };
  while (cursor.i < one.length || cursor.j < other.length) {
    const { line, next } = stepFrom(cursor, [one, other], table);
    lines.push(line);
    cursor = next;
  }
  return lines;
}

const same = (text: string): DifferenceLine => ({ kind: 'same', text });

/** `undefined`: too large to compare. */
export function lineDifference(before: string, after: string): readonly DifferenceLine[] | undefined {
  const [one, other] = [linesOf(before), linesOf(after)];
  const { head, tail } = commonEnd(one, other);
  const left = one.slice(head, one.length - tail);
  const right = other.slice(head, other.length - tail);
  if ((left.length + 1) * (right.length + 1) > MAX_CELLS) return undefined;
  return [
    ...one.slice(0, head).map(same),
    ...middleOf(left, right),
    ...one.slice(one.length - tail).map(same),
  ];
}

export type DifferencePart =
  | { readonly kind: 'lines'; readonly lines: readonly DifferenceLine[] }
  | { readonly kind: 'gap'; readonly count: number };

const CONTEXT_LINES = 3;

/** Long stretches without a change become a gap. */
export function withGaps(lines: readonly DifferenceLine[]): readonly DifferencePart[] {
  const isNear = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ kind }) => kind !== 'same'),
  );
  const parts: DifferencePart[] = [];
  for (const [index, line] of lines.entries()) {
    const last = parts.at(-1);
    if (isNear[index]) {
      if (last?.kind === 'lines') parts[parts.length - 1] = { kind: 'lines', lines: [...last.lines, line] };
      else parts.push({ kind: 'lines', lines: [line] });
    } else if (last?.kind === 'gap') parts[parts.length - 1] = { kind: 'gap', count: last.count + 1 };
    else parts.push({ kind: 'gap', count: 1 });
  }
  return parts;
}
