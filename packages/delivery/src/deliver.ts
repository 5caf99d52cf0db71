/**
 * The way of an attempt, from a claimed delivery to the ledger:
 *
 *   gates → route → permit → transact → classify → record
 *
 * Each of the first four steps may end it with an outcome; the last two are always made.
 */
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { broken } from '@waybill/smtp-client/smtp-outcome';
import type { OutgoingMessage } from '@waybill/smtp-client/transaction';
import { type Attempt, beginAttempt } from './attempt.ts';
import { classify } from './classify.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import { loadGateFacts } from './gate-facts.ts';
import { type Passage, passGates } from './gates.ts';
import { outgoingMessageOf } from './outgoing-message.ts';
import { takeAccountPermit } from './permits.ts';
import { record } from './record.ts';
import type { Hop } from './routes/hop.ts';
import { routeOf } from './routes/route.ts';
import { sevenBitOf } from './seven-bit.ts';
import { type AttemptRecord, tryHops } from './try-hosts.ts';

/** From then on another host waits for the next attempt: one domain of silent hosts must not hold a session for an hour. */
const GOES_ON_MS = 450_000;

/** The answer of the gates is good for so long: an attempt that reaches MAIL FROM at once does not ask twice. */
const FRESH_MS = 200;

/** For a process that has claimed the delivery. Never leaves it without a record, unless the store stays away. */
export async function deliver(dependencies: DeliveryDependencies, delivery: ClaimedDelivery): Promise<void> {
  const attempt = beginAttempt(dependencies.leases, delivery);
  try {
    const tried = await attemptRecordOf(dependencies, attempt).catch((error: unknown) =>
      internalError(attempt, error),
    );
    const end = classify(dependencies.rules, {
      delivery,
      record: tried,
      ownRules: await dependencies.ownRules(),
      unknownPolicy: attempt.facts?.unknownPolicy ?? 'prefer_delivery',
      now: dependencies.now(),
    });
    await record(dependencies, attempt, { end, record: tried });
  } finally {
    attempt.lease.release();
  }
}

async function attemptRecordOf(dependencies: DeliveryDependencies, attempt: Attempt): Promise<AttemptRecord> {
  const { delivery, transcript } = attempt;
  const passage = await askGates(dependencies, attempt);
  if (passage !== 'go') return { outcome: { kind: 'stopped', by: passage } };
  const route = await transcript.timed('dns', () => routeOf(dependencies, delivery, attempt.facts?.account));
  if ('outcome' in route) return route;
  const outgoing = outgoingMessageOf(delivery);
  if ('outcome' in outgoing) return outgoing;
  // For the account; each session to a destination has a permit of its own (`permits.ts`).
  const permit = await takeAccountPermit(dependencies.permits, delivery.accountId);
  if (!permit) return { outcome: { kind: 'no_permit' } };
  return transactWith(dependencies, attempt, { outgoing, hops: route.hops }).finally(permit.release);
}

async function askGates(dependencies: DeliveryDependencies, attempt: Attempt): Promise<Passage> {
  attempt.facts = await loadGateFacts(dependencies, attempt.delivery, attempt.lease.isLost);
  return passGates(attempt.delivery, attempt.facts);
}

/** Before MAIL FROM: a delivery may have waited for its session. */
async function askGatesAgain(
  dependencies: DeliveryDependencies,
  attempt: Attempt,
): Promise<AttemptRecord['outcome'] | undefined> {
  const askedAt = attempt.facts?.now.getTime() ?? 0;
  if (dependencies.now().getTime() - askedAt < FRESH_MS) return undefined;
  try {
    const passage = await askGates(dependencies, attempt);
    return passage === 'go' ? undefined : { kind: 'stopped', by: passage };
  } catch (error) {
    // The settings cannot be read now, so it is not known whether the mail may leave.
    dependencies.onTrouble(error, 'gates not asked');
    return broken('mail', error);
  }
}

function transactWith(
  dependencies: DeliveryDependencies,
  attempt: Attempt,
  { outgoing, hops }: { readonly outgoing: OutgoingMessage; readonly hops: readonly Hop[] },
): Promise<AttemptRecord> {
  const { delivery, transcript, lease, tookMs } = attempt;
  const untilMs = tookMs() + GOES_ON_MS;
  const planned = {
    outgoing,
    transcript,
    inSevenBits: () => sevenBitOf(dependencies, attempt),
    beforeMail: () => askGatesAgain(dependencies, attempt),
    beforeDot: async () => {
      attempt.isDotMarked = await dependencies.store.markDotSent(
        delivery.id,
        delivery.leaseId,
        dependencies.now(),
      );
      return attempt.isDotMarked;
    },
    mayGoOn: () => !lease.isLost() && tookMs() < untilMs,
  };
  return tryHops(dependencies, planned, hops);
}

/** An internal error says nothing about the mail: before the dot it is tried again, after the dot the server may have it. */
function internalError(attempt: Attempt, error: unknown): AttemptRecord {
  attempt.error = error;
  const text = 'an error inside Waybill';
  if (attempt.isDotMarked) return { outcome: { kind: 'unanswered', text } };
  return { outcome: { kind: 'broken', phase: 'connect', failure: 'closed', text } };
}
