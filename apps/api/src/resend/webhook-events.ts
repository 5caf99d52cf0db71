/** Event types by the names of Resend, both ways. */
import { resendEventTypes } from '@waybill/contract/resend/webhook';

type ResendType = (typeof resendEventTypes)[number];

const ours: Readonly<Record<ResendType, readonly string[]>> = {
  'email.sent': ['message.queued'],
  'email.delivered': ['message.delivered'],
  'email.delivery_delayed': ['message.deferred'],
  'email.bounced': ['message.bounced'],
  'email.complained': ['message.complained'],
  'email.failed': ['message.failed'],
  'email.suppressed': ['message.suppressed'],
  'email.opened': ['message.opened'],
  'email.clicked': ['message.clicked'],
  'domain.updated': ['domain.verified', 'domain.degraded'],
  'suppression.added': ['suppression.created'],
  'suppression.removed': ['suppression.deleted'],
};

export const fromResend = (types: readonly ResendType[]): readonly string[] => [
  ...new Set(types.flatMap((type) => ours[type])),
];

/** Types without a name at Resend are left out. */
export const toResend = (types: readonly string[]): readonly ResendType[] =>
  resendEventTypes.filter((name) => types.includes('*') || ours[name].some((type) => types.includes(type)));
