/**
 * The fields `RateLimit-Policy` and `RateLimit` of an answer: the limit of requests, and after a submission the sending limits that it
 * used. draft-ietf-httpapi-ratelimit-headers-10 §3, §4.
 */
import { type LimitState, windowOf } from '@waybill/relay/limits/sending-limits';
import type { FastifyReply } from 'fastify';

type Policy = {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  /** Absent: requests. */
  readonly unit?: string;
  readonly left: number;
  readonly endsAt: Date;
};

const daySeconds = 86_400;

/** A month has as many days as the one that ends then. */
const monthSeconds = (endsAt: Date): number =>
  new Date(Date.UTC(endsAt.getUTCFullYear(), endsAt.getUTCMonth(), 0)).getUTCDate() * daySeconds;

const windowSeconds = ({ name, resetsAt }: LimitState): number =>
  ({ second: 1, hour: 3_600, day: daySeconds, month: monthSeconds(resetsAt) })[windowOf[name]];

const policyOf = (state: LimitState): Policy => ({
  name: `${state.scope}-${state.name === 'newPerHour' ? 'new-' : ''}${windowOf[state.name]}`,
  quota: state.limit,
  windowSeconds: windowSeconds(state),
  unit: state.name === 'newPerHour' ? 'new-recipients' : 'recipients',
  left: state.remaining,
  endsAt: state.resetsAt,
});

const policyItem = ({ name, quota, windowSeconds: window, unit }: Policy): string =>
  `"${name}";q=${quota};w=${window}${unit === undefined ? '' : `;qu="${unit}"`}`;

const limitItem = ({ name, left, endsAt }: Policy, now: Date): string =>
  `"${name}";r=${left};t=${Math.max(0, Math.ceil((endsAt.getTime() - now.getTime()) / 1000))}`;

const add = (reply: FastifyReply, field: string, items: readonly string[]): void => {
  const present = reply.getHeader(field);
  reply.header(field, [...(present === undefined ? [] : [present]), ...items].join(', '));
};

export function addRateLimitFields(reply: FastifyReply, policies: readonly Policy[], now: Date): void {
  if (policies.length === 0) return;
  add(reply, 'ratelimit-policy', policies.map(policyItem));
  add(
    reply,
    'ratelimit',
    policies.map((policy) => limitItem(policy, now)),
  );
}

export const addSendingLimitFields = (reply: FastifyReply, states: readonly LimitState[], now: Date): void =>
  addRateLimitFields(reply, states.map(policyOf), now);
