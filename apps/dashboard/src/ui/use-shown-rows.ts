/** Which rows of a long table are in the document, and where: those in view, a few around them, and the row that has the focus. */
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Pixels, until a row was measured. All rows of a table have the same height. */
const ROW_HEIGHT = 40;
/** Rows above and below the view. */
const OVERSCAN = 12;

export type ShownRow = {
  readonly index: number;
  /** The height of the rows between this one and the one above it in the document. Pixels. */
  readonly gap: number;
};

type Shown = {
  readonly rows: readonly ShownRow[];
  /** The height of the rows below the last one in the document. Pixels. */
  readonly below: number;
};

type Asked = {
  readonly frame: RefObject<HTMLElement | null>;
  readonly count: number;
  /** The row with the focus: it and its neighbours stay in the document, so that no scrolling takes the focus away. -1: none. */
  readonly focusedIndex: () => number;
};

/** The height of a row as it is drawn: letters may be larger than usual. */
function useRowHeight(frame: Asked['frame'], hasRows: boolean): number {
  const [height, setHeight] = useState(ROW_HEIGHT);
  useEffect(() => {
    const table = frame.current;
    if (table === null || !hasRows) return undefined;
    const observer = new ResizeObserver(() => {
      const drawn = table.querySelector('[data-record]')?.getBoundingClientRect().height ?? 0;
      if (drawn > 0) setHeight(drawn);
    });
    observer.observe(table);
    return () => observer.disconnect();
  }, [frame, hasRows]);
  return height;
}

const rangeWith =
  (focusedIndex: Asked['focusedIndex']) =>
  (range: Range): number[] => {
    const shown = defaultRangeExtractor(range);
    const at = focusedIndex();
    if (at < 0) return shown;
    const near = [at - 1, at, at + 1].filter((index) => index >= 0 && index < range.count);
    return [...new Set([...shown, ...near])].sort((one, other) => one - other);
  };

export function useShownRows({ frame, count, focusedIndex }: Asked): Shown {
  const height = useRowHeight(frame, count > 0);
  const latest = useRef(focusedIndex);
  latest.current = focusedIndex;
  const [rangeExtractor] = useState(() => rangeWith(() => latest.current()));
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: frame.current?.offsetTop ?? 0,
    rangeExtractor,
    // Without it the first drawing has no row.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: places are computed again when the height changes
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  let end = virtual.options.scrollMargin;
  const rows = virtual.getVirtualItems().map((item) => {
    const gap = item.start - end;
    end = item.end;
    return { index: item.index, gap };
  });
  return { rows, below: virtual.options.scrollMargin + virtual.getTotalSize() - end };
}
