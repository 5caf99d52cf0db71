/**
 * The gates that every delivery passes before an attempt, in one order. ARCHITECTURE §7. Pure: `gate-facts.ts` loads the facts. The worker
 * asks the same gates when it has prepared a message.
 */

import { describeSuppression, isBypassed } from '@waybill/relay/delivery/suppression';
import { senderRefusal } from '@waybill/relay/pipeline/require-sender-authorized';
import type { SenderFacts } from '@waybill/relay/pipeline/stage';
import type {
  Account,
  ClaimedDelivery,
  HeldReason,
  StoppedDelivery,
  Stream,
  SubmittingKey,
  Suppression,
} from '@waybill/relay/ports';
import { ACCOUNT_DELETING } from '@waybill/relay/require-active';

export type GatedDelivery = Pick<
  ClaimedDelivery,
  | 'headerFrom'
  | 'envelope'
  | 'credentialId'
  | 'bypassSuppression'
  | 'releasedAt'
  | 'expiresAt'
  | 'status'
  | 'unanswered'
>;

export type DeliveryFacts = {
  readonly now: Date;
  /** Another process holds the delivery, or it was cancelled or ended meanwhile. */
  readonly hasEnded: boolean;
  /** `undefined`: it was deleted. */
  readonly account: Pick<Account, 'status' | 'senderPolicy'> | undefined;
  readonly unknownPolicy: Stream['unknownPolicy'];
  /** The key of the submission; `undefined`: no key, or an unknown one. */
  readonly key: SubmittingKey | undefined;
  readonly senders: SenderFacts;
  readonly suppression: Suppression | undefined;
};

/** `unknown`: an earlier attempt may have delivered it. `lease_lost`: it is another process's now. */
export type Stop = {
  readonly outcome: StoppedDelivery['outcome'] | 'unknown' | 'lease_lost';
  readonly reason: string;
  readonly heldFor?: HeldReason;
};

export type FinalStop = Stop & { readonly outcome: StoppedDelivery['outcome'] };

export type Passage = 'go' | { readonly stop: Stop } | { readonly waitUntil: Date };

/** The answer of a gate that does not let a delivery through. */
export type Stopping = Exclude<Passage, 'go'>;

export type DeliveryGate = (delivery: GatedDelivery, facts: DeliveryFacts) => Passage;

const stop = (outcome: Stop['outcome'], reason: string): Passage => ({ stop: { outcome, reason } });
const hold = (heldFor: HeldReason, reason: string): Passage => ({
  stop: { outcome: 'held', reason, heldFor },
});

const dotOf = ({ attempt, dotSentAt }: NonNullable<ClaimedDelivery['unanswered']>): string =>
  `Attempt ${attempt} sent the final dot at ${dotSentAt.toISOString()} and its process ended before the reply. They may have it.`;

/** Why a server may have the delivery already; `undefined`: every attempt was answered, or did not reach the final dot. */
export function doubtOf({
  status,
  unanswered,
}: Pick<ClaimedDelivery, 'status' | 'unanswered'>): string | undefined {
  if (unanswered) return dotOf(unanswered);
  return status === 'unknown' ? 'An earlier attempt was not answered. They may have it.' : undefined;
}

/** Also when the stream was set to `prefer_no_duplicate` while the delivery waited for its next attempt. */
const unansweredDot: DeliveryGate = (delivery, { unknownPolicy }) => {
  const doubt = unknownPolicy === 'prefer_no_duplicate' ? doubtOf(delivery) : undefined;
  return doubt === undefined ? 'go' : stop('unknown', `${doubt} It is not sent again (prefer_no_duplicate).`);
};

const cancelled: DeliveryGate = (_, { hasEnded }) =>
  hasEnded ? stop('lease_lost', 'it was cancelled, ended or taken over meanwhile') : 'go';

const expired: DeliveryGate = ({ expiresAt }, { now }) =>
  now >= expiresAt
    ? stop('failed', `It expired at ${expiresAt.toISOString()}, before it could be sent.`)
    : 'go';

const accountActive: DeliveryGate = (_, { account }) => {
  if (account === undefined) return stop('cancelled', 'account deleted');
  if (account.status === 'active') return 'go';
  if (account.status === 'deleting') return stop('cancelled', ACCOUNT_DELETING);
  return hold('account_suspended', 'account suspended: it goes on by itself when the account is resumed');
};

const keyNames: Readonly<Record<SubmittingKey['kind'], string>> = {
  smtp_credential: 'credential',
  api_key: 'API key',
};

/** A release counts against what was revoked before it, not against what is revoked later. */
const credentialActive: DeliveryGate = ({ releasedAt }, { key }) => {
  if (key?.revokedAt === undefined || key.pending === 'send') return 'go';
  if (releasedAt !== undefined && releasedAt >= key.revokedAt) return 'go';
  return hold('credential_revoked', `${keyNames[key.kind]} revoked: it waits for release or cancel`);
};

/** A release is the account's decision. It does not cover a sender that the platform or another account holds. */
const senderStillAllowed: DeliveryGate = ({ headerFrom, envelope, releasedAt }, { senders, account }) => {
  if (account === undefined) return 'go';
  for (const address of [headerFrom, envelope.mailFrom]) {
    const no = address === undefined ? undefined : senderRefusal(address, senders, account);
    if (no?.code === 'sender_not_allowed')
      return hold('sender_removed', `sender removed: ${no.detail}; it waits for cancel`);
    if (no !== undefined && releasedAt === undefined)
      return hold(
        'sender_removed',
        `sender removed: ${address} may not be used; it waits for release or cancel`,
      );
  }
  return 'go';
};

const recipientNotSuppressed: DeliveryGate = ({ bypassSuppression }, { suppression }) =>
  suppression && !isBypassed(suppression, { bypassSuppression })
    ? stop('suppressed', describeSuppression(suppression))
    : 'go';

/** In the order of ARCHITECTURE §7. A gate for lanes (what a destination allows one source address) would be the last. */
const gates: readonly DeliveryGate[] = [
  unansweredDot,
  cancelled,
  expired,
  accountActive,
  credentialActive,
  senderStillAllowed,
  recipientNotSuppressed,
];

const settled: ReadonlySet<Stop['outcome']> = new Set(['failed', 'cancelled', 'suppressed']);

/** What may have arrived is never said to have failed or to be cancelled: it stays `unknown`, and is not sent again. */
function withDoubt(delivery: GatedDelivery, { outcome, reason }: Stop): Stop | undefined {
  const doubt = settled.has(outcome) ? doubtOf(delivery) : undefined;
  return doubt === undefined
    ? undefined
    : { outcome: 'unknown', reason: `${doubt} It is not sent again: ${reason}` };
}

/** The answer of the first gate that does not let it through. */
export function passGates(delivery: GatedDelivery, facts: DeliveryFacts): Passage {
  for (const gate of gates) {
    const passage = gate(delivery, facts);
    if (passage === 'go') continue;
    if (!('stop' in passage)) return passage;
    return { stop: withDoubt(delivery, passage.stop) ?? passage.stop };
  }
  return 'go';
}
