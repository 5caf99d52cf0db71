/** The result of the pipeline: one delivery per recipient, each with its patch. */

import type { HeldReason } from '../delivery/held-reason.ts';
import type { DeliveryStatus } from '../events/event.ts';
import type { Note } from '../message.ts';
import type { Resolution } from '../resolve-account.ts';

/** A delivery as it is saved after preparation. */
export type PreparedDelivery = {
  readonly id: string;
  readonly recipient: string;
  readonly index: number;
  readonly status: Extract<DeliveryStatus, 'queued' | 'suppressed' | 'failed' | 'held' | 'cancelled'>;
  /** The reason for the state, one sentence. */
  readonly reason: string;
  /** With `held` only. */
  readonly heldFor?: HeldReason;
  readonly returnPath: string | undefined;
  /** Encoded by `encodePatch`. Absent for a delivery that will not be sent. */
  readonly patch: Buffer | undefined;
  readonly notes: readonly Note[];
  readonly expiresAt: Date;
};

/** A prepared message: its account resolution, its notes and its deliveries. */
export type PreparedMessage = {
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
  readonly sandbox: boolean;
  readonly deliveries: readonly PreparedDelivery[];
  readonly at: Date;
};

/** The patch of a copy (`encodePatch`), or why the copy cannot be written in 7 bits. */
export type PreparedAgain = { readonly patch: Buffer } | { readonly eightBit: string };
