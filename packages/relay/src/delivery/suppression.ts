/** Suppressed recipients, and when a submission may bypass a suppression. */
import type { Suppression } from '../account.ts';
import type { SubmissionOptions } from '../message.ts';

/**
 * Whether the submission bypasses the suppression. A complaint cannot be bypassed, because the next one harms every sender of the
 * IP address.
 */
export const isBypassed = ({ reason }: Suppression, { bypassSuppression }: SubmissionOptions): boolean =>
  bypassSuppression === true && reason !== 'complaint';

/** Whether the suppression stops the delivery. */
export const isStopped = (suppression: Suppression | undefined, options: SubmissionOptions): boolean =>
  suppression !== undefined && !isBypassed(suppression, options);

const reasons: Readonly<Record<Suppression['reason'], string>> = {
  hard_bounce: 'mail to it bounced for good',
  complaint: 'its owner complained about mail',
  unsubscribe: 'its owner unsubscribed',
  manual: 'it was put on the list by hand',
};

/** One sentence about a suppression, for the trace. */
export const describeSuppression = ({ address, reason, streamId, createdAt }: Suppression): string =>
  `${address} is suppressed ${streamId === undefined ? 'in the whole account' : 'in this stream'} since ${createdAt.toISOString().slice(0, 10)} because ${reasons[reason]}.`;
