/** One attempt at a delivery that this process holds, from the way to the ledger: route, hand over, judge, save. */
import { setTimeout } from 'node:timers/promises';
import { foldedAddress } from '@waybill/mail/address';
import { decodePatch, piecesOf } from '@waybill/mail/patch';
import { shouldSuppress } from '@waybill/relay/delivery/disposition';
import type {
  Account,
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  Directory,
  Doorbell,
  Stream,
  SuppressionList,
} from '@waybill/relay/ports';
import { type AttemptDeps, type Tried, tryHops } from './attempt.ts';
import { busyPauseMs } from './busy-pause.ts';
import type { HeldLeases, KeptLease } from './held-leases.ts';
import { type Case, judge, type Rules, unanswered, type Verdict } from './judge.ts';
import { letterOf } from './letter.ts';
import { type RouteDeps, route } from './route.ts';
import type { Slots } from './slots.ts';
import { type Conversation, recordConversation } from './transcript.ts';

export type OutboundDeps = AttemptDeps &
  RouteDeps & {
    readonly store: DeliveryStore;
    readonly directory: Pick<Directory, 'accountById' | 'streamsOf'>;
    readonly doorbell: Doorbell;
    readonly rules: Rules;
    /** Sessions of an account, and of a host, at a time. */
    readonly slots: { readonly accounts: Slots; readonly hosts: Slots };
    /** The longest pause, before it is spread, of a delivery whose account or host has no session free: `busyPauseMs`. */
    readonly busyMs: number;
    readonly leases: HeldLeases;
    readonly now: () => Date;
    readonly suppressions: Pick<SuppressionList, 'add'>;
    readonly onAttempt: (done: Done) => void;
    /** What went wrong beside the mail: it delays or repeats, and loses nothing. */
    readonly onTrouble: (error: unknown, what: string) => void;
  };

/** An attempt that was made; `error` is one of ours. */
export type Done = {
  readonly delivery: ClaimedDelivery;
  readonly result: AttemptResult;
  readonly error: unknown;
  readonly tookMs: number;
};

/** One attempt as it goes on; how far it came counts when something of ours breaks in the middle. */
type Progress = { readonly conversation: Conversation; readonly lease: KeptLease; dotMarked: boolean };

type Settled = { readonly verdict: Verdict; readonly tried: Tried | undefined };

type Setting = { readonly account: Account | undefined; readonly unknownPolicy: Stream['unknownPolicy'] };

async function settingOf({ directory }: OutboundDeps, delivery: ClaimedDelivery): Promise<Setting> {
  const [account, streams] = await Promise.all([
    directory.accountById(delivery.accountId),
    directory.streamsOf(delivery.accountId),
  ]);
  const stream =
    streams.find(({ id }) => id === delivery.streamId) ?? streams.find(({ isDefault }) => isDefault);
  return { account, unknownPolicy: stream?.unknownPolicy ?? 'prefer_no_duplicate' };
}

/** From then on another host waits for the next attempt: one domain of silent hosts must not hold a session for an hour. */
const GOES_ON_MS = 450_000;

/** No session was free. */
type Busy = 'busy';

/** Looks up the way and walks it, inside a slot of the first host. */
async function sendTo(
  deps: OutboundDeps,
  delivery: ClaimedDelivery,
  { progress, account }: { readonly progress: Progress; readonly account: Account | undefined },
): Promise<Tried | Busy> {
  const { conversation, lease } = progress;
  const way = await conversation.timed('dns', () => route(deps, delivery, account));
  if ('ending' in way) return { ending: way.ending };
  const letter = letterOf(delivery, piecesOf(delivery.source, decodePatch(delivery.patch)));
  if ('ending' in letter) return { ending: letter.ending };
  const began = deps.now().getTime();
  const attempt = {
    letter,
    conversation,
    markDotSent: async () => {
      const held = await deps.store.markDotSent(delivery.id, delivery.leaseId, deps.now());
      progress.dotMarked = held;
      return held;
    },
    mayGoOn: () => !lease.isLost() && deps.now().getTime() - began < GOES_ON_MS,
  };
  const [first] = way.hops;
  const host = first ? `${first.host}:${first.port}` : '';
  const done = await deps.slots.hosts.within(host, () => tryHops(deps, attempt, way.hops));
  return done ? done.value : 'busy';
}

async function settle(
  deps: OutboundDeps,
  delivery: ClaimedDelivery,
  progress: Progress,
): Promise<Settled | Busy> {
  const { account, unknownPolicy } = await settingOf(deps, delivery);
  const { unanswered: before } = delivery;
  if (before && unknownPolicy === 'prefer_no_duplicate') {
    const why = `attempt ${before.attempt} sent the final dot at ${before.dotSentAt.toISOString()} and its process ended before the reply`;
    const one: Case = {
      delivery,
      unknownPolicy,
      now: deps.now(),
      tried: { ending: { kind: 'unanswered', text: why } },
    };
    return { verdict: unanswered(deps.rules, one, why), tried: undefined };
  }
  const done = await deps.slots.accounts.within(delivery.accountId, () =>
    sendTo(deps, delivery, { progress, account }),
  );
  const tried = done?.value ?? 'busy';
  if (tried === 'busy') return tried;
  return { verdict: judge(deps.rules, { delivery, tried, unknownPolicy, now: deps.now() }), tried };
}

const resultOf = (
  delivery: ClaimedDelivery,
  { verdict, tried }: Settled,
  { conversation, endedAt }: { readonly conversation: Conversation; readonly endedAt: Date },
): AttemptResult => ({
  ...verdict,
  deliveryId: delivery.id,
  leaseId: delivery.leaseId,
  attempt: delivery.attempt,
  endedAt,
  host: tried?.host,
  ip: tried?.ip,
  port: tried?.port,
  tls: tried?.tls,
  timings: conversation.timings(),
  transcript: conversation.lines(),
});

/**
 * An error of ours says nothing about the mail: it is tried again like any other that could not be handed over. Past
 * the dot it is not: they may have it.
 */
function accident(deps: OutboundDeps, delivery: ClaimedDelivery, { dotMarked }: Progress): Settled {
  const text = 'an error inside Waybill';
  const ending = dotMarked
    ? ({ kind: 'unanswered', text } as const)
    : ({ kind: 'broken', phase: 'connect', failure: 'closed', text } as const);
  const one: Case = { delivery, tried: { ending }, unknownPolicy: 'prefer_no_duplicate', now: deps.now() };
  return { verdict: judge(deps.rules, one), tried: undefined };
}

const saveWaitsMs = [100, 500, 2_000, 5_000, 10_000];

/** A reply that was heard must not be forgotten because the database restarts: it is tried for as long as a restart takes. */
async function save({ store }: OutboundDeps, result: AttemptResult): Promise<boolean> {
  for (const waitMs of saveWaitsMs) {
    try {
      return await store.saveAttempt(result);
    } catch {
      // The last try below tells the caller what is wrong.
      await setTimeout(waitMs);
    }
  }
  return store.saveAttempt(result);
}

/** An address that is not there is not written to again, until somebody takes it off the list. FEATURES §5. */
async function suppress(
  { suppressions, onTrouble }: OutboundDeps,
  delivery: ClaimedDelivery,
  verdict: Verdict,
): Promise<void> {
  const { outcome, category, party, because, reply } = verdict;
  if (outcome !== 'bounced' || !shouldSuppress({ disposition: outcome, category, party })) return;
  const address = foldedAddress(delivery.recipient);
  const evidence = {
    delivery_id: delivery.id,
    because,
    code: reply?.code,
    enhanced_code: reply?.status,
    reply: reply?.text,
  };
  await suppressions
    .add(delivery.accountId, { address, reason: 'hard_bounce', streamId: undefined }, evidence)
    .catch((error: unknown) => onTrouble(error, 'not suppressed'));
}

/** Nobody was spoken to, so it is no attempt. */
async function putBack(deps: OutboundDeps, { id, leaseId, acceptedAt }: ClaimedDelivery): Promise<void> {
  const now = deps.now().getTime();
  const until = new Date(now + busyPauseMs(now - acceptedAt.getTime(), deps.busyMs, deps.random()));
  await deps.store.putBack(id, leaseId, until);
  await ringAt(deps, id, until);
}

/** A ring that fails is repeated by the sweeper: the row has its time. */
export const ringAt = ({ doorbell, onTrouble }: OutboundDeps, deliveryId: string, at: Date): Promise<void> =>
  doorbell.ring('delivery', [deliveryId], at).catch((error: unknown) => onTrouble(error, 'not rung'));

async function attempt(deps: OutboundDeps, delivery: ClaimedDelivery, lease: KeptLease): Promise<void> {
  const began = performance.now();
  const conversation = recordConversation(() => performance.now() - began);
  const progress: Progress = { conversation, lease, dotMarked: false };
  let error: unknown;
  const settled = await settle(deps, delivery, progress).catch((thrown: unknown) => {
    error = thrown;
    return accident(deps, delivery, progress);
  });
  if (settled === 'busy') return putBack(deps, delivery);
  const result = resultOf(delivery, settled, { conversation, endedAt: deps.now() });
  deps.onAttempt({ delivery, result, error, tookMs: performance.now() - began });
  const held = await save(deps, result);
  await Promise.all([
    suppress(deps, delivery, settled.verdict),
    held && result.retryAt ? ringAt(deps, delivery.id, result.retryAt) : undefined,
  ]);
}

/** For whoever claimed it. The lease is kept until the result is saved: a reply that was heard must find its delivery still its own. */
export async function makeAttempt(deps: OutboundDeps, delivery: ClaimedDelivery): Promise<void> {
  const lease = deps.leases.keep({ deliveryId: delivery.id, leaseId: delivery.leaseId });
  try {
    await attempt(deps, delivery, lease);
  } finally {
    lease.release();
  }
}
