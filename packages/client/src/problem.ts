import type { Problem as ProblemDocument } from './generated/operations.ts';

/** The answer of the API that is no success, as an error. `code` is stable; `message` is for people. RFC 9457. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string | undefined;
  readonly requestId: string | undefined;
  /** Faults of the request, each with a JSON pointer. */
  readonly errors: NonNullable<ProblemDocument['errors']>;
  /** From `Retry-After`, in seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, document: Partial<ProblemDocument>, retryAfter: string | null) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = document.code ?? 'unknown';
    this.fix = document.fix;
    this.requestId = document.request_id;
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter === null ? undefined : Number(retryAfter);
  }
}
