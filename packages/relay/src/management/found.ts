import { Refusal } from '../refusal.ts';

/** The row, or the same 404 that an id of another account gets. */
export function found<T>(row: T | undefined): T {
  if (row === undefined) throw new Refusal('not_found');
  return row;
}

/** Rejects with 404 when no row was changed. */
export function requireDone(done: boolean): void {
  if (!done) throw new Refusal('not_found');
}
