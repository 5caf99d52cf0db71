/** One attempt while it goes on. */
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { recordTranscript, type Transcript } from '@waybill/smtp-client/transcript';
import type { LoadedFacts } from './gate-facts.ts';
import type { HeldLeases, KeptLease } from './leases.ts';

export type Attempt = {
  readonly delivery: ClaimedDelivery;
  /** Kept until the attempt is recorded: a reply that was read must find its delivery still leased to this process. */
  readonly lease: KeptLease;
  readonly transcript: Transcript;
  /** Milliseconds since the attempt began. */
  readonly tookMs: () => number;
  /** What the gates were last asked with; `undefined`: they were not asked yet. */
  facts: LoadedFacts | undefined;
  /** `dot_sent_at` is committed, so the final dot may have left. */
  isDotMarked: boolean;
  /** An internal error that broke the attempt off. */
  error: unknown;
};

export function beginAttempt(leases: HeldLeases, delivery: ClaimedDelivery): Attempt {
  const beganAt = performance.now();
  const tookMs = (): number => performance.now() - beganAt;
  return {
    delivery,
    lease: leases.keep({ deliveryId: delivery.id, leaseId: delivery.leaseId }),
    transcript: recordTranscript(tookMs),
    tookMs,
    facts: undefined,
    isDotMarked: false,
    error: undefined,
  };
}
