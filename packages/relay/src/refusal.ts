/** Refusals, and the conversion of other errors to refusals. */
import { type Row, refusals } from './refusal-table.ts';

export type RefusalCode = keyof typeof refusals;

/** The row of a refusal code. */
export const refusalRow = (code: RefusalCode): Row => refusals[code];

/** A refusal of Waybill. `detail` is public; internal text belongs in `cause`, which no client sees. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly detail: string | undefined;
  readonly retryAt: Date | undefined;

  constructor(
    code: RefusalCode,
    more: { readonly detail?: string; readonly retryAt?: Date; readonly cause?: unknown } = {},
  ) {
    super(`${code}: ${refusals[code].text}`, { cause: more.cause });
    this.name = 'Refusal';
    this.code = code;
    this.detail = more.detail;
    this.retryAt = more.retryAt;
  }
}

/** The SQLSTATE of PostgreSQL and the codes of the system for a full disk or an exhausted disk quota. */
const storageCodes: ReadonlySet<unknown> = new Set(['53100', 'ENOSPC', 'EDQUOT']);

function isStorageFull(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.some(isStorageFull)) return true;
  if (!(error instanceof Error)) return false;
  return storageCodes.has((error as { readonly code?: unknown }).code) || isStorageFull(error.cause);
}

/**
 * An unexpected error becomes a temporary refusal, never a permanent one. A full disk has a reply of its own
 * (RFC 5321 §4.2.3, RFC 3463 §3.4); a shortage of memory or connections has the general one.
 */
export const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(isStorageFull(error) ? 'storage_full' : 'temporarily_unavailable', { cause: error });
