/** Whom we will not write to, and when a sender may ask us to all the same. */
import type { Suppression } from '../account.ts';
import type { SubmissionOptions } from '../message.ts';

/** A complaint cannot be bypassed: the next one costs everybody who sends from the same address. */
export const isBypassed = ({ reason }: Suppression, { bypassSuppression }: SubmissionOptions): boolean =>
  bypassSuppression === true && reason !== 'complaint';

/** Nothing will be sent to the address. */
export const isStopped = (suppression: Suppression | undefined, options: SubmissionOptions): boolean =>
  suppression !== undefined && !isBypassed(suppression, options);

const reasons: Readonly<Record<Suppression['reason'], string>> = {
  hard_bounce: 'mail to it bounced for good',
  complaint: 'its owner complained about mail',
  unsubscribe: 'its owner unsubscribed',
  manual: 'it was put on the list by hand',
};

export const describeSuppression = ({ address, reason, streamId, createdAt }: Suppression): string =>
  `${address} is suppressed ${streamId === undefined ? 'in the whole account' : 'in this stream'} since ${createdAt.toISOString().slice(0, 10)} because ${reasons[reason]}.`;
