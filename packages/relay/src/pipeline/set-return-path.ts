/** Sets the envelope sender of one delivery (VERP). It names the delivery and has a MAC against forgery. RFC 5321 §4.5.5. */
import { formatReturnPath } from '@waybill/mail/verp';
import { addNote } from '../content/edit-message.ts';
import type { OwnReturnPath } from '../domains/domain-records.ts';
import { idBytes } from '../id.ts';
import type { Facts, Stage } from './stage.ts';

type Chosen = { readonly host: string; readonly whose: 'account' | 'platform'; readonly reason: string };

const whyPlatform: Readonly<Record<Exclude<OwnReturnPath['status'], 'verified'>, string>> = {
  pending: 'are not verified yet',
  degraded: 'were verified and do not stand any more',
};

/**
 * The host of the return path: that of the account when its records are verified, so that SPF aligns with From, else that of the
 * platform.
 */
function choose({ returnPath, ownReturnPath: own }: Facts): Chosen {
  const ofPlatform = { host: returnPath.domain, whose: 'platform' } as const;
  if (own === undefined)
    return {
      ...ofPlatform,
      reason: 'The From domain is not verified for this account: bounces come back to the platform.',
    };
  if (own.status === 'verified')
    return {
      host: own.host,
      whose: 'account',
      reason: `The records of ${own.host} are verified: bounces come back to the domain of the account, and SPF aligns.`,
    };
  return {
    ...ofPlatform,
    reason: `The records of ${own.host} (MX and SPF) ${whyPlatform[own.status]}: bounces come back to the platform.`,
  };
}

export const setReturnPath: Stage = (message, facts) => {
  const { copy } = message;
  if (!copy) return message;
  const { host, whose, reason } = choose(facts);
  const address = formatReturnPath(idBytes(copy.deliveryId), facts.returnPath.key, host);
  return addNote(
    { ...message, copy: { ...copy, returnPath: address } },
    {
      step: 'set-return-path',
      what: 'return path set',
      reason,
      detail: { returnPath: address, host, whose },
    },
  );
};
