/** What the answer of a webhook endpoint means. docs/webhooks.md §3. */
export type WebhookAnswer = {
  /** `undefined`: no answer came. */
  readonly status: number | undefined;
  /** Why no answer came. */
  readonly error: string | undefined;
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined;
};

export type AttemptMeaning =
  | { readonly outcome: 'delivered' }
  /** `retryAfter`: the endpoint wants no request before. */
  | { readonly outcome: 'failed'; readonly error: string; readonly retryAfter: Date | undefined }
  /** 410: the endpoint wants no request any more. */
  | { readonly outcome: 'gone'; readonly error: string };

const GONE = 410;
const retryable: ReadonlySet<number> = new Set([429, 503]);
/** The longest wait that an answer may ask for: the longest of the schedule. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** Seconds or a date. RFC 9110 §10.2.3. */
function timeOf(retryAfter: string | undefined, now: Date): Date | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const at = /^\d{1,9}$/.test(text) ? now.getTime() + Number(text) * 1_000 : Date.parse(text);
  if (Number.isNaN(at) || at <= now.getTime()) return undefined;
  return new Date(Math.min(at, now.getTime() + MAX_WAIT_MS));
}

const sentenceOf = (status: number): string =>
  status >= 300 && status < 400
    ? `It answered ${status}. Redirects are not followed.`
    : `It answered ${status}.`;

export function meaningOf({ status, error, retryAfter }: WebhookAnswer, now: Date): AttemptMeaning {
  if (status === undefined)
    return { outcome: 'failed', error: error ?? 'No answer came.', retryAfter: undefined };
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status === GONE) return { outcome: 'gone', error: 'It answered 410: it wants no events any more.' };
  const wait = retryable.has(status) ? timeOf(retryAfter, now) : undefined;
  return { outcome: 'failed', error: sentenceOf(status), retryAfter: wait };
}
