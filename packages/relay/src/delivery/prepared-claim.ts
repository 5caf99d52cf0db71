/** Claims deliveries in the moment in which preparation saves them, so that the same process can send them from memory. ADR 26. */
import type { Envelope } from '@waybill/mail/envelope';
import type { PreparedMessage } from '../content/prepared.ts';
import type { SubmissionOptions } from '../message.ts';
import type { ClaimedDelivery } from './delivery-ports.ts';

export type PreparedClaim = {
  /** The message as it was loaded: its bytes are not read again. */
  readonly stored: {
    readonly bytes: Buffer;
    readonly envelope: Envelope;
    readonly options: SubmissionOptions;
    readonly acceptedAt: Date;
    readonly credentialId: string | undefined;
    readonly headerFrom: string | undefined;
  };
  /** The lease of each delivery to claim, by delivery id. */
  readonly leaseIds: ReadonlyMap<string, string>;
  readonly until: Date;
};

const NO_PATCH = Buffer.alloc(0);

/** The deliveries of `saved` as they are once claimed, each with its first attempt begun. `saved`: ids of those that were saved now. */
export function claimedFrom(
  prepared: PreparedMessage,
  { stored, leaseIds }: PreparedClaim,
  saved: ReadonlySet<string>,
): readonly ClaimedDelivery[] {
  const ofMessage = {
    messageId: prepared.messageId,
    accountId: prepared.accountId,
    streamId: prepared.streamId,
    envelope: stored.envelope,
    source: stored.bytes,
    sandbox: prepared.sandbox,
    requireTls: stored.options.requireTls ?? false,
    attempt: 1,
    acceptedAt: stored.acceptedAt,
    credentialId: stored.credentialId,
    headerFrom: stored.headerFrom,
    bypassSuppression: stored.options.bypassSuppression ?? false,
    status: 'queued',
    releasedAt: undefined,
    suppressionAskedAt: prepared.at,
  } as const;
  return prepared.deliveries.flatMap(({ id, recipient, returnPath = '', patch = NO_PATCH, expiresAt }) => {
    const leaseId = leaseIds.get(id);
    if (leaseId === undefined || !saved.has(id)) return [];
    return [{ ...ofMessage, id, recipient, returnPath, patch, expiresAt, leaseId }];
  });
}
