/**
 * A list of the API as a real table. Only the rows in view are in the document; two empty rows stand for those above and below.
 */
import { VisuallyHidden } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import css from './record-table.module.css';

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

const ROW_HEIGHT = 41;
const OVERSCAN = 12;

const classOf = ({ isRight, isWide }: Pick<Column<never>, 'isRight' | 'isWide'>): string =>
  [isRight ? css.right : '', isWide ? css.wide : ''].join(' ').trim();

function Head<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
  return (
    <thead>
      <tr>
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
    <tr className={css.spacer}>
      <td style={{ height }} />
    </tr>
  );

export type TableProps<T> = {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly isStale?: boolean;
};

export function RecordTable<T>({ label, columns, rows, rowKey, isStale = false }: TableProps<T>) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: frame.current?.offsetTop ?? 0,
  });
  const items = virtual.getVirtualItems();
  const margin = virtual.options.scrollMargin;
  const above = (items[0]?.start ?? margin) - margin;
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  return (
    <div ref={frame} className={`${css.frame} ${isStale ? css.stale : ''}`}>
      <table className={css.table} aria-label={label} aria-rowcount={rows.length + 1}>
        <Head columns={columns} />
        <tbody>
          <Spacer height={above} />
          {items.map(({ index }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <tr key={rowKey(row)} className={css.row} aria-rowindex={index + 2} data-record>
                  {columns.map(({ id, cell, ...look }) => (
                    <td key={id} className={classOf(look)}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              )
            );
          })}
          <Spacer height={below} />
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
