/**
 * The health of an endpoint: a circuit breaker on its error rate, and how long it has failed. While the circuit is open no delivery is
 * attempted, so that a broken endpoint neither uses up the attempts of its deliveries nor the connections of others.
 */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export type EndpointHealth = {
  /** The share of failures, from 0 to 1. Recent attempts weigh more. */
  readonly errorRate: number;
  /** How often the circuit was opened since the last success after it. Above 0 one request at a time is made. */
  readonly opened: number;
  /** No attempt is made before this time. */
  readonly resumeAt: Date | undefined;
  /** The first failure after the last success. */
  readonly failingSince: Date | undefined;
  /** Notices of this failure that were given. */
  readonly notices: number;
};

export const healthy: EndpointHealth = {
  errorRate: 0,
  opened: 0,
  resumeAt: undefined,
  failingSince: undefined,
  notices: 0,
};

const WEIGHT = 0.2;
/** Four failures in a row, or more failures than successes for a time. */
const OPEN_ABOVE = 0.55;
const FIRST_PAUSE_MS = 5 * second;
const MAX_PAUSE_MS = 5 * minute;

const later = (one: Date | undefined, other: Date | undefined): Date | undefined =>
  one !== undefined && other !== undefined && one > other ? one : (other ?? one);

const pauseMs = (opened: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** Math.min(opened, 10), MAX_PAUSE_MS);

export function afterSuccess(before: EndpointHealth): EndpointHealth {
  const errorRate = before.opened > 0 ? OPEN_ABOVE / 2 : before.errorRate * (1 - WEIGHT);
  return { ...healthy, errorRate };
}

export type Failure = { readonly at: Date; readonly retryAfter: Date | undefined };

export function afterFailure(before: EndpointHealth, { at, retryAfter }: Failure): EndpointHealth {
  const errorRate = before.errorRate * (1 - WEIGHT) + WEIGHT;
  const opens = before.opened > 0 || errorRate > OPEN_ABOVE;
  const pauseUntil = opens ? new Date(at.getTime() + pauseMs(before.opened)) : undefined;
  return {
    errorRate,
    opened: opens ? before.opened + 1 : 0,
    resumeAt: later(later(before.resumeAt, pauseUntil), retryAfter),
    failingSince: before.failingSince ?? at,
    notices: before.notices,
  };
}

/** Requests at a time: one while it is unknown whether the endpoint works again. */
export const concurrencyOf = ({ opened }: EndpointHealth, most: number): number => (opened > 0 ? 1 : most);

export const isPaused = ({ resumeAt }: EndpointHealth, now: Date): boolean =>
  resumeAt !== undefined && resumeAt > now;

/** After this time without a success the account is notified. The last notice disables the endpoint. */
const noticesAfterMs = [hour, day, 5 * day] as const;

export type Notice = {
  readonly type: 'webhook.failing' | 'webhook.disabled';
  /** Notices of this failure, this one included. */
  readonly notices: number;
};

/** The notice that is due. A notice that was missed is replaced by the next one. */
export function noticeOf({ failingSince, notices }: EndpointHealth, now: Date): Notice | undefined {
  if (failingSince === undefined) return undefined;
  const failingMs = now.getTime() - failingSince.getTime();
  const due = noticesAfterMs.filter((after) => failingMs >= after).length;
  if (due <= notices) return undefined;
  return { type: due === noticesAfterMs.length ? 'webhook.disabled' : 'webhook.failing', notices: due };
}

/** When the next notice falls due. */
export function nextNoticeAt({ failingSince, notices }: EndpointHealth): Date | undefined {
  const after = noticesAfterMs[notices];
  return failingSince === undefined || after === undefined
    ? undefined
    : new Date(failingSince.getTime() + after);
}
