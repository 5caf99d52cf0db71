/** A cursor list with all its states: loading, failed, empty, filled, more to read. */
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useMay } from '../api/shown-account.ts';
import type { Records } from '../api/use-records.ts';
import { plural } from '../text/number.ts';
import { uiText } from '../text/ui.ts';
import { BusyButton } from './busy-button.tsx';
import { ErrorPanel } from './error-panel.tsx';
import css from './record-table.module.css';
import { type Column, RecordTable, type TableProps, TableSkeleton } from './record-table.tsx';

type RecordListProps<T> = {
  readonly records: Records<T>;
  /** What the rows are, in the plural: "messages". */
  readonly label: string;
  readonly one: string;
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly empty: ReactNode;
  readonly inView?: TableProps<T>['inView'];
};

/** Reads the next page when the end of the list comes into view. A bounded search that found nothing waits for a click. */
function useNextPage<T>({ hasNextPage, isFetching, fetchNextPage, data }: Records<T>) {
  const end = useRef<HTMLDivElement>(null);
  const isLastPageEmpty = data?.pages.at(-1)?.data.length === 0;
  useEffect(() => {
    const mark = end.current;
    if (mark === null || !hasNextPage || isFetching || isLastPageEmpty) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    observer.observe(mark);
    return () => observer.disconnect();
  }, [hasNextPage, isFetching, isLastPageEmpty, fetchNextPage]);
  return { end, isLastPageEmpty };
}

type FootProps<T> = { readonly records: Records<T>; readonly said: string; readonly isSearching: boolean };

function Foot<T>({ records, said, isSearching }: FootProps<T>) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = records;
  if (!hasNextPage) return <span>{said}</span>;
  return (
    <>
      <span>{said}</span>
      {isSearching && <span>{uiText.searchedSoFar}</span>}
      <BusyButton variant="default" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {isSearching ? uiText.searchFurther : uiText.loadMore}
      </BusyButton>
    </>
  );
}

export function RecordList<T>(props: RecordListProps<T>) {
  const { records, label, one, columns: all, rowKey, empty, inView } = props;
  const mayChange = useMay('developer');
  const columns = useMemo(
    () => all.filter(({ isChange = false }) => mayChange || !isChange),
    [all, mayChange],
  );
  const { end, isLastPageEmpty = false } = useNextPage(records);
  const { data, error, isPending, isPlaceholderData, hasNextPage } = records;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  const retry = (): void => void records.refetch();
  if (isPending) return <TableSkeleton columns={columns} />;
  if (data === undefined) return <ErrorPanel error={error} retry={retry} />;
  if (rows.length === 0 && !hasNextPage) return empty;
  return (
    <>
      {error !== null && <ErrorPanel error={error} retry={retry} />}
      <RecordTable
        {...{ label, columns, rows, rowKey, inView }}
        isStale={isPlaceholderData}
        hasMore={hasNextPage}
      />
      <div ref={end} className={css.foot}>
        <Foot records={records} said={plural(rows.length, one, label)} isSearching={isLastPageEmpty} />
      </div>
    </>
  );
}
