/** Our own no, and what an error of any other kind becomes at a door. */
import { type Row, refusals } from './refusal-table.ts';

export type RefusalCode = keyof typeof refusals;

export const refusalRow = (code: RefusalCode): Row => refusals[code];

/** Our own no. `detail` is public and says what was met; internals belong in `cause`, which never leaves. */
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

/** PostgreSQL's SQLSTATE and the system's errors for a disk, or a share of one, without room. */
const storageCodes: ReadonlySet<unknown> = new Set(['53100', 'ENOSPC', 'EDQUOT']);

function isStorageFull(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.some(isStorageFull)) return true;
  if (!(error instanceof Error)) return false;
  return storageCodes.has((error as { readonly code?: unknown }).code) || isStorageFull(error.cause);
}

/**
 * The unknown is temporary: what nobody planned for never becomes a permanent no. A full disk has a reply of its own
 * (RFC 5321 §4.2.3, RFC 3463 §3.4); every other shortage, of memory or of connections, is only our being busy.
 */
export const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(isStorageFull(error) ? 'storage_full' : 'temporarily_unavailable', { cause: error });
