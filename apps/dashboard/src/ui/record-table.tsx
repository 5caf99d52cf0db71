/**
 * A list of the API as a real table. Only the rows in view are in the document; empty rows stand for the others. A screen reader learns
 * the number of each row, and of all rows once the last page is read.
 */
import { VisuallyHidden } from '@mantine/core';
import { type FocusEvent, Fragment, memo, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import css from './record-table.module.css';
import { useShownRows } from './use-shown-rows.ts';

export type Column<T> = {
  readonly id: string;
  readonly title: string;
  /** For a column of buttons, whose title says nothing to the eye. */
  readonly isTitleHidden?: boolean;
  /** Shown only to those who may change something. */
  readonly isChange?: boolean;
  readonly width?: string;
  readonly isRight?: boolean;
  /** Left out on narrow screens. */
  readonly isWide?: boolean;
  readonly cell: (row: T) => ReactNode;
};

const classOf = ({ isRight, isWide }: Pick<Column<never>, 'isRight' | 'isWide'>): string =>
  [isRight ? css.right : '', isWide ? css.wide : ''].join(' ').trim();

function Head<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ id, title, isTitleHidden = false, width, ...look }) => (
          <th key={id} scope="col" className={classOf(look)} style={width === undefined ? {} : { width }}>
            {isTitleHidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

const Spacer = ({ height }: { readonly height: number }) =>
  height > 0 && (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus
    <tr className={css.spacer} aria-hidden="true">
      <td style={{ height }} />
    </tr>
  );

type RowProps<T> = { readonly row: T; readonly index: number; readonly columns: readonly Column<T>[] };

/** Drawn again only when its record, its number or the columns change, and not with each step of scrolling. */
const Row = memo(function Row<T>({ row, index, columns }: RowProps<T>) {
  return (
    <tr className={css.row} aria-rowindex={index + 2} data-record>
      {columns.map(({ id, cell, ...look }) => (
        <td key={id} className={classOf(look)}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

export type TableProps<T> = {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly isStale?: boolean;
  /** More rows exist than were read, so that their number is unknown. */
  readonly hasMore?: boolean;
  /** Holds the rows that are in the document. */
  readonly inView?: RefObject<readonly T[]> | undefined;
};

/** The key of the row with the focus. */
function useFocusedRow<T>({ rows, rowKey }: Pick<TableProps<T>, 'rows' | 'rowKey'>) {
  const key = useRef<string>(undefined);
  const onFocus = ({ target }: FocusEvent): void => {
    const index = Number(target.closest('[data-record]')?.getAttribute('aria-rowindex')) - 2;
    const row = rows[index];
    key.current = row && rowKey(row);
  };
  const onBlur = (): void => {
    key.current = undefined;
  };
  const focusedIndex = (): number =>
    key.current === undefined ? -1 : rows.findIndex((row) => rowKey(row) === key.current);
  return { focusedIndex, handlers: { onFocus, onBlur } };
}

export function RecordTable<T>(props: TableProps<T>) {
  const { label, columns, rows, rowKey, isStale = false, hasMore = false, inView } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { focusedIndex, handlers } = useFocusedRow(props);
  const shown = useShownRows({ frame, count: rows.length, focusedIndex });
  useEffect(() => {
    if (inView) inView.current = shown.rows.flatMap(({ index }) => rows[index] ?? []);
  });
  return (
    <div ref={frame} className={`${css.frame} ${isStale ? css.stale : ''}`}>
      {/* -1: unknown. https://www.w3.org/TR/wai-aria-1.2/#aria-rowcount */}
      <table className={css.table} aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <Head columns={columns} />
        <tbody {...handlers}>
          {shown.rows.map(({ index, gap }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <Fragment key={rowKey(row)}>
                  <Spacer height={gap} />
                  <Row row={row} index={index} columns={columns} />
                </Fragment>
              )
            );
          })}
          <Spacer height={shown.below} />
        </tbody>
      </table>
    </div>
  );
}

const bones = [0, 1, 2, 3, 4, 5, 6, 7];

/** In place of a table whose rows are on their way. */
export const TableSkeleton = <T,>({ columns }: { readonly columns: readonly Column<T>[] }) => (
  <div className={css.frame} role="status" aria-label={uiText.loading}>
    <table className={css.table} aria-hidden="true">
      <Head columns={columns} />
      <tbody>
        {bones.map((bone) => (
          <tr key={bone}>
            {columns.map(({ id, ...look }, index) => (
              <td key={id} className={classOf(look)}>
                <span className={css.bone} style={{ width: `${45 + ((bone * 7 + index * 13) % 40)}%` }} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
