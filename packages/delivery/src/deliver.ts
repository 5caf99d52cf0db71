/** One attempt at a delivery that this process holds, from the way to the ledger: route, hand over, judge, save. */
import { decodePatch, piecesOf } from '@waybill/mail/patch';
import type { AttemptResult, ClaimedDelivery } from '@waybill/relay/ports';
import { broken } from '@waybill/smtp-client/smtp-outcome';
import { recordTranscript, type Transcript } from '@waybill/smtp-client/transcript';
import type { AttemptOutcome, Stopping } from './attempt-outcome.ts';
import { type Classification, type ClassifyInput, classify, stoppedInDoubt } from './classify.ts';
import type { OutboundDependencies } from './delivery-dependencies.ts';
import { enqueueAt } from './enqueue-at.ts';
import { type LoadedFacts, loadGateFacts } from './gate-facts.ts';
import { passGates } from './gates.ts';
import type { KeptLease } from './leases.ts';
import { outgoingMessageOf } from './outgoing-message.ts';
import { patiently } from './patiently.ts';
import { type NotMade, saveNotMade } from './record-stop.ts';
import { route } from './route.ts';
import { suppress } from './suppress.ts';
import { type AttemptRecord, tryHops } from './try-hosts.ts';

/** One attempt as it goes on; how far it came counts when something of ours breaks in the middle. */
type Progress = { readonly transcript: Transcript; readonly lease: KeptLease; dotMarked: boolean };

type Settled = { readonly classification: Classification; readonly record: AttemptRecord | undefined };

const isSettled = (one: Settled | NotMade): one is Settled => one !== 'busy' && 'classification' in one;

/** From then on another host waits for the next attempt: one domain of silent hosts must not hold a session for an hour. */
const GOES_ON_MS = 450_000;

/** An answer of the gates counts for that long: an attempt that began at once does not ask twice. */
const ASKED_MS = 200;

/** Asks the gates once more, unless they were asked a moment ago. */
async function askGatesAgain(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  { progress, facts }: Asked,
): Promise<AttemptOutcome | undefined> {
  if (dependencies.now().getTime() - facts.now.getTime() < ASKED_MS) return undefined;
  try {
    const passage = passGates(delivery, await loadGateFacts(dependencies, delivery, progress.lease.isLost));
    return passage === 'go' ? undefined : { kind: 'stopped', by: passage };
  } catch (error) {
    // The settings cannot be read now, so it is not known whether the mail may leave.
    dependencies.onTrouble(error, 'gates not asked');
    return broken('mail', error);
  }
}

type Asked = { readonly progress: Progress; readonly facts: LoadedFacts };

/** Looks up the way and walks it, inside a slot of the first host. */
async function sendTo(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  asked: Asked,
): Promise<AttemptRecord | 'busy'> {
  const { progress, facts } = asked;
  const { transcript, lease } = progress;
  const way = await transcript.timed('dns', () => route(dependencies, delivery, facts.account));
  if ('outcome' in way) return { outcome: way.outcome };
  const outgoing = outgoingMessageOf(delivery, piecesOf(delivery.source, decodePatch(delivery.patch)));
  if ('outcome' in outgoing) return { outcome: outgoing.outcome };
  const began = dependencies.now().getTime();
  const attempt = {
    outgoing,
    transcript,
    beforeMail: () => askGatesAgain(dependencies, delivery, asked),
    beforeDot: async () => {
      const held = await dependencies.store.markDotSent(delivery.id, delivery.leaseId, dependencies.now());
      progress.dotMarked = held;
      return held;
    },
    mayGoOn: () => !lease.isLost() && dependencies.now().getTime() - began < GOES_ON_MS,
  };
  const [first] = way.hops;
  const host = first ? `${first.host}:${first.port}` : '';
  const done = await dependencies.slots.hosts.within(host, () => tryHops(dependencies, attempt, way.hops));
  return done && done.value.outcome.kind !== 'no_permit' ? done.value : 'busy';
}

async function settle(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  progress: Progress,
): Promise<Settled | NotMade> {
  const facts = await loadGateFacts(dependencies, delivery, progress.lease.isLost);
  const passage = passGates(delivery, facts);
  if (passage !== 'go') return notMade(dependencies, delivery, passage);
  const { unknownPolicy } = facts;
  const done = await dependencies.slots.accounts.within(delivery.accountId, () =>
    sendTo(dependencies, delivery, { progress, facts }),
  );
  const record = done?.value ?? 'busy';
  if (record === 'busy') return record;
  if (record.outcome.kind === 'stopped') return notMade(dependencies, delivery, record.outcome.by);
  return {
    classification: classify(dependencies.rules, {
      delivery,
      record,
      unknownPolicy,
      now: dependencies.now(),
    }),
    record,
  };
}

/** What may have arrived, or is another process's now, ends in the ledger like an attempt; every other stop leaves none there. */
function notMade(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  passage: Stopping,
): Settled | NotMade {
  if (!('stop' in passage)) return passage;
  const { outcome, reason } = passage.stop;
  if (outcome === 'unknown') return { classification: stoppedInDoubt(reason), record: undefined };
  if (outcome !== 'lease_lost') return passage;
  const lost: ClassifyInput = {
    delivery,
    unknownPolicy: 'prefer_no_duplicate',
    now: dependencies.now(),
    record: { outcome: { kind: 'lease_lost' } },
  };
  return { classification: classify(dependencies.rules, lost), record: undefined };
}

const resultOf = (
  delivery: ClaimedDelivery,
  { classification, record }: Settled,
  { transcript, endedAt }: { readonly transcript: Transcript; readonly endedAt: Date },
): AttemptResult => ({
  ...classification,
  deliveryId: delivery.id,
  leaseId: delivery.leaseId,
  attempt: delivery.attempt,
  endedAt,
  host: record?.host,
  ip: record?.ip,
  port: record?.port,
  tls: record?.tls,
  timings: transcript.timings(),
  transcript: transcript.lines(),
});

/**
 * An error of ours says nothing about the mail: it is tried again like any other that could not be handed over. Past
 * the dot it is not: they may have it.
 */
function accident(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  { dotMarked }: Progress,
): Settled {
  const text = 'an error inside Waybill';
  const outcome = dotMarked
    ? ({ kind: 'unanswered', text } as const)
    : ({ kind: 'broken', phase: 'connect', failure: 'closed', text } as const);
  const one: ClassifyInput = {
    delivery,
    record: { outcome },
    unknownPolicy: 'prefer_no_duplicate',
    now: dependencies.now(),
  };
  return { classification: classify(dependencies.rules, one), record: undefined };
}

async function attempt(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
  lease: KeptLease,
): Promise<void> {
  const began = performance.now();
  const transcript = recordTranscript(() => performance.now() - began);
  const progress: Progress = { transcript, lease, dotMarked: false };
  let error: unknown;
  const settled = await settle(dependencies, delivery, progress).catch((thrown: unknown) => {
    error = thrown;
    return accident(dependencies, delivery, progress);
  });
  if (!isSettled(settled)) return saveNotMade(dependencies, delivery, settled);
  const result = resultOf(delivery, settled, { transcript, endedAt: dependencies.now() });
  dependencies.onAttempt({ delivery, result, error, tookMs: performance.now() - began });
  const held = await patiently(() => dependencies.store.saveAttempt(result));
  await Promise.all([
    suppress(dependencies, delivery, settled),
    held && result.retryAt ? enqueueAt(dependencies, delivery.id, result.retryAt) : undefined,
  ]);
}

/** For whoever claimed it. The lease is kept until the result is saved: a reply that was heard must find its delivery still its own. */
export async function makeAttempt(
  dependencies: OutboundDependencies,
  delivery: ClaimedDelivery,
): Promise<void> {
  const lease = dependencies.leases.keep({ deliveryId: delivery.id, leaseId: delivery.leaseId });
  try {
    await attempt(dependencies, delivery, lease);
  } finally {
    lease.release();
  }
}
