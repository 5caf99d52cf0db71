/** The envelope sender of one delivery (VERP): a bounce names its delivery, and nobody can forge one. RFC 5321 §4.5.5. */
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

/** The account's own host once its records stand, so that SPF aligns with From; until then the platform's. */
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
