/** What an attempt needs of the store of deliveries: the claim, the lease, and the ways in which a claim ends. */
import type { Envelope } from '@waybill/mail/envelope';
import type { DeliveryStatus } from '../events/event.ts';
import type { HeldReason } from './held-reason.ts';
import type { AttemptOutcome, StopOutcome } from './outcome.ts';

/** Called before large bytes are read, with their number: waits for room, or rejects, and so does the call that wanted to read. */
export type MakeRoom = (accountId: string, bytes: number) => Promise<void>;

/** A delivery that this process has claimed under a lease, with all it takes to send it. */
export type ClaimedDelivery = {
  readonly id: string;
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly recipient: string;
  readonly returnPath: string;
  readonly envelope: Envelope;
  readonly source: Buffer;
  readonly patch: Buffer;
  readonly sandbox: boolean;
  readonly requireTls: boolean;
  /** The SMTP credential or API key that it was handed over with; `undefined`: none, the network or From decided. */
  readonly credentialId: string | undefined;
  /** The From address as it was read at acceptance. */
  readonly headerFrom: string | undefined;
  readonly bypassSuppression: boolean;
  readonly status: DeliveryStatus;
  /** When the account released it, although its key was revoked or its sender removed. */
  readonly releasedAt: Date | undefined;
  /** When its recipient was last looked up in the suppression list; `undefined`: not by this process. */
  readonly suppressionAskedAt?: Date;
  /** Number of the attempt that this claim starts, from 1. */
  readonly attempt: number;
  readonly acceptedAt: Date;
  readonly expiresAt: Date;
  readonly leaseId: string;
  /**
   * An earlier attempt passed the final dot and its process died before the reply: the stream's policy decides, in the
   * sender, whether to stop as `unknown` or to go on. ARCHITECTURE §7.
   */
  readonly unanswered?: { readonly attempt: number; readonly dotSentAt: Date };
};

export type TranscriptLine = {
  readonly at: number;
  readonly from: 'client' | 'server' | 'note';
  readonly text: string;
};

/** How an attempt ended. Times in `timings` and `at` are milliseconds since the attempt began. */
export type AttemptResult = {
  readonly deliveryId: string;
  readonly leaseId: string;
  readonly attempt: number;
  readonly endedAt: Date;
  readonly outcome: AttemptOutcome;
  readonly reason: string;
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly tls: Readonly<Record<string, unknown>> | undefined;
  readonly timings: Readonly<Record<string, number>>;
  readonly transcript: readonly TranscriptLine[];
  readonly reply:
    | { readonly code: number; readonly status: string | undefined; readonly text: string }
    | undefined;
  readonly category: string | undefined;
  readonly party: string | undefined;
  readonly retryAt: Date | undefined;
};

/**
 * Makes a new patch for a delivery whose next hop lacks 8BITMIME (RFC 6152 §3): the same stored message, prepared once more as
 * 7-bit, signed after that. Returns the delivery with the new patch, not saved yet. `undefined`: a part is signed or
 * encrypted and must not be changed, or the stored message is gone.
 * @public
 */
export type PrepareAgain = (delivery: ClaimedDelivery) => Promise<ClaimedDelivery | undefined>;

export type HeldLease = { readonly deliveryId: string; readonly leaseId: string };

export type DeliveryStore = {
  /**
   * Takes the lease when the delivery is due and free; `undefined` when another holds it, it is early, or it is final. When `makeRoom`
   * rejects the lease is taken, and is to be put back.
   */
  claim(
    deliveryId: string,
    lease: { readonly leaseId: string; readonly until: Date; readonly now: Date },
    makeRoom?: MakeRoom,
  ): Promise<ClaimedDelivery | undefined>;
  /** Holds these leases until then, all in one statement; answers the lease ids that still hold. A lost lease stays lost. */
  renew(leases: readonly HeldLease[], until: Date): Promise<readonly string[]>;
  /** Committed before the final dot of DATA. `false`: the lease was lost, do not send. ARCHITECTURE §7. */
  markDotSent(deliveryId: string, leaseId: string, at: Date): Promise<boolean>;
  /** Replaces the patch of a claimed delivery, before the dot. `false`: the lease was lost. */
  savePatch(deliveryId: string, leaseId: string, patch: Buffer): Promise<boolean>;
  /** Attempt, delivery status and event in one transaction. `false`: the lease was lost meanwhile; the attempt is kept, the status not moved back. */
  saveAttempt(result: AttemptResult): Promise<boolean>;
  /** Gives a claim back before anybody was spoken to: no attempt, no event, due again at `until`. */
  putBack(deliveryId: string, leaseId: string, until: Date): Promise<void>;
  /**
   * Ends a claim because a gate stopped it: its event is appended, no attempt stays, and nothing is due any more. Changes nothing when
   * the lease was lost or the dot was sent. A delivery that is `unknown` stays so when it is held.
   */
  stop(stopped: StoppedDelivery): Promise<void>;
};

export type StoppedDelivery = {
  readonly deliveryId: string;
  readonly leaseId: string;
  readonly outcome: StopOutcome;
  readonly reason: string;
  /** With `held` only. */
  readonly heldFor: HeldReason | undefined;
  readonly at: Date;
};
