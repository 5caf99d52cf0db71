/** The port of an attempt to the delivery store: claim, lease, and the end of a claim. */
import type { Envelope } from '@waybill/mail/envelope';
import type { PreparedAgain } from '../content/prepared.ts';
import type { DeliveryStatus } from '../events/event.ts';
import type { SubmissionOptions } from '../message.ts';
import type { HeldReason } from './held-reason.ts';
import type { AttemptOutcome, StopOutcome } from './outcome.ts';

/** Called with the number of bytes before large bytes are read. Waits for memory budget. When it rejects, the reading call rejects too. */
export type MakeRoom = (accountId: string, bytes: number) => Promise<void>;

/** A delivery that this process has claimed under a lease, with all data that sending needs. */
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
  /** The SMTP credential or API key of the submission; `undefined`: none, the network or From decided. */
  readonly credentialId: string | undefined;
  /** The From address that was read at acceptance. */
  readonly headerFrom: string | undefined;
  readonly bypassSuppression: boolean;
  readonly status: DeliveryStatus;
  /** The time when the account released it after its key was revoked or its sender was removed. */
  readonly releasedAt: Date | undefined;
  /** The time when this process looked the recipient up in the suppression list; `undefined`: not yet. */
  readonly suppressionAskedAt?: Date;
  /** The number of the attempt that this claim starts, from 1. */
  readonly attempt: number;
  readonly acceptedAt: Date;
  readonly expiresAt: Date;
  readonly leaseId: string;
  /**
   * An earlier attempt sent the final dot and has no reply. The policy of the stream decides between the outcome `unknown` and
   * another attempt. ARCHITECTURE §7.
   */
  readonly unanswered?: { readonly attempt: number; readonly dotSentAt: Date };
};

/** One line of the SMTP transcript. `at`: milliseconds since the attempt began. */
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
  /** As it was claimed: this doubt is noted as an event of its own, and the delivery stays `unknown` until an attempt ends it. */
  readonly unanswered: ClaimedDelivery['unanswered'] | undefined;
};

/**
 * Makes a new patch for a delivery whose next hop lacks 8BITMIME (RFC 6152 §3): the same stored message, prepared once more as
 * 7-bit and signed after that. The patch is not saved yet. Rejects when the facts cannot be loaded or the message cannot be signed.
 */
export type PrepareAgain = (delivery: ClaimedDelivery) => Promise<PreparedAgain>;

/** A lease that this process holds. */
export type HeldLease = { readonly deliveryId: string; readonly leaseId: string };

/** The store of deliveries. */
export type DeliveryStore = {
  /**
   * Takes the lease of a delivery that is due and free; due at `dueBy`, if it is given. `undefined`: another process holds it, it is not due, or it is final. When
   * `makeRoom` rejects, the lease is taken and the caller puts it back.
   */
  claim(
    deliveryId: string,
    lease: {
      readonly leaseId: string;
      readonly until: Date;
      readonly now: Date;
      readonly dueBy?: Date | undefined;
    },
    makeRoom?: MakeRoom,
  ): Promise<ClaimedDelivery | undefined>;
  /** Extends these leases to `until` in one statement. Returns the ids of the leases that are still valid; a lost lease stays lost. */
  renew(leases: readonly HeldLease[], until: Date): Promise<readonly string[]>;
  /** Committed before the final dot of DATA. `false`: the lease was lost, do not send. ARCHITECTURE §7. */
  markDotSent(deliveryId: string, leaseId: string, at: Date): Promise<boolean>;
  /** What the client asked for with the message, as it was accepted. */
  optionsOf(messageId: string): Promise<SubmissionOptions>;
  /** Replaces the patch of a claimed delivery, before the dot. `false`: the lease was lost. */
  savePatch(deliveryId: string, leaseId: string, patch: Buffer): Promise<boolean>;
  /** Saves attempt, delivery status and event in one transaction. `false`: the lease was lost; the attempt is saved, the status stays. */
  saveAttempt(result: AttemptResult): Promise<boolean>;
  /** Gives a claim back before a connection was opened: no attempt, no event, due again at `until`. */
  putBack(deliveryId: string, leaseId: string, until: Date): Promise<void>;
  /**
   * Ends the claim of a delivery that a gate stopped: appends its event, saves no attempt, and ends its schedule. Changes nothing
   * when the lease was lost or the dot was sent. An `unknown` delivery that is held stays `unknown`.
   */
  stop(stopped: StoppedDelivery): Promise<void>;
};

/** A delivery that a gate stopped. */
export type StoppedDelivery = {
  readonly deliveryId: string;
  readonly leaseId: string;
  readonly outcome: StopOutcome;
  readonly reason: string;
  /** With `held` only. */
  readonly heldFor: HeldReason | undefined;
  readonly at: Date;
};
