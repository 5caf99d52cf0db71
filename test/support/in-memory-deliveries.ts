/** The delivery ledger without a database: the same rules about leases, dots and ends; `contracts/deliveries.ts` holds it to them. */
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { statusAfter } from '@waybill/relay/events/status';
import type {
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  HeldLease,
  HeldReason,
  StoppedDelivery,
} from '@waybill/relay/ports';

type Attempt = {
  readonly number: number;
  readonly leaseId: string;
  dotSentAt: Date | undefined;
  /** `undefined`: it has not ended. */
  outcome: AttemptResult['outcome'] | undefined;
};

function savePatch(row: HeldDelivery, leaseId: string, patch: Buffer): boolean {
  const isLeased = row.isOpen && holds(row, leaseId) && row.lease?.until !== undefined;
  if (!isLeased || row.history.at(-1)?.dotSentAt) return false;
  row.delivery = { ...row.delivery, patch };
  return true;
}

type NewDelivery = Omit<ClaimedDelivery, 'attempt' | 'leaseId' | 'unanswered' | 'status'>;

export type HeldDelivery = {
  delivery: NewDelivery;
  status: DeliveryStatus;
  reason: string;
  heldFor: HeldReason | undefined;
  readonly history: Attempt[];
  /** The id stays when the time is given back, so that a second call gets the result of the first. */
  lease: { readonly id: string; readonly until: Date | undefined } | undefined;
  notBefore: Date;
  /** Whether anything is left to do. */
  isOpen: boolean;
};

export type InMemoryDeliveries = DeliveryStore & {
  readonly results: AttemptResult[];
  add(delivery: NewDelivery, notBefore?: Date): void;
  find(id: string): HeldDelivery;
  /** The process of the last attempt died before it saved anything, before the dot or after it. */
  abandon(id: string, dotSentAt?: Date): void;
};

const open: ReadonlySet<DeliveryStatus> = new Set(['queued', 'deferred', 'held', 'unknown']);
const claimable: ReadonlySet<DeliveryStatus> = new Set(['queued', 'deferred', 'unknown']);

const holds = (row: HeldDelivery, leaseId: string): boolean => row.lease?.id === leaseId;

function unansweredOf({ history }: HeldDelivery): Pick<ClaimedDelivery, 'unanswered'> {
  const lost = history.findLast(({ outcome, dotSentAt }) => outcome === undefined && dotSentAt !== undefined);
  return lost?.dotSentAt ? { unanswered: { attempt: lost.number, dotSentAt: lost.dotSentAt } } : {};
}

function claim(
  row: HeldDelivery,
  { leaseId, until, now, dueBy = now }: Parameters<DeliveryStore['claim']>[1],
): ClaimedDelivery | undefined {
  const isTaken = row.lease?.until !== undefined && row.lease.until > now;
  if (!row.isOpen || isTaken || row.notBefore > dueBy || !claimable.has(row.status)) return undefined;
  const unanswered = unansweredOf(row);
  const attempt = row.history.length + 1;
  row.lease = { id: leaseId, until };
  row.history.push({ number: attempt, leaseId, dotSentAt: undefined, outcome: undefined });
  return { ...row.delivery, status: row.status, attempt, leaseId, ...unanswered };
}

/** No other process has leased it since, even when the lease ran out. */
function renew(row: HeldDelivery | undefined, { leaseId }: HeldLease, until: Date): boolean {
  const was = row?.lease?.until;
  if (!row?.isOpen || !holds(row, leaseId) || was === undefined) return false;
  row.lease = { id: leaseId, until: was > until ? was : until };
  return true;
}

/** An attempt ends once, except that a true answer replaces the `unknown` that was assumed for it. */
function canEnd(row: HeldDelivery, attempt: Attempt, { leaseId, outcome }: AttemptResult): boolean {
  if (attempt.leaseId !== leaseId && !holds(row, leaseId)) return false;
  return attempt.outcome === undefined || (attempt.outcome === 'unknown' && outcome !== 'unknown');
}

const assumeEnded = (history: readonly Attempt[], before: number): void => {
  for (const earlier of history) if (earlier.number < before) earlier.outcome ??= 'unknown';
};

/** Who lost the lease frees and schedules nothing, but may bring an end. */
function move(row: HeldDelivery, { outcome, reason, leaseId, retryAt, unanswered }: AttemptResult): void {
  const isHolder = holds(row, leaseId);
  const next = statusAfter(unanswered ? statusAfter(row.status, 'unknown') : row.status, outcome);
  if (!isHolder && open.has(next)) return;
  Object.assign(row, { status: next, reason, isOpen: open.has(next) && retryAt !== undefined });
  if (!isHolder) return;
  row.lease = { id: leaseId, until: undefined };
  row.notBefore = retryAt ?? row.notBefore;
}

function saveAttempt(row: HeldDelivery, result: AttemptResult): boolean {
  assumeEnded(row.history, result.attempt);
  const attempt = row.history.find(({ number }) => number === result.attempt);
  if (attempt && canEnd(row, attempt, result)) {
    attempt.outcome = result.outcome;
    move(row, result);
  }
  return holds(row, result.leaseId);
}

/** Takes the claim back as if it had never been; `false` when that is no longer possible. */
function withdraw(row: HeldDelivery, leaseId: string): boolean {
  const last = row.history.at(-1);
  if (!row.isOpen || !holds(row, leaseId) || row.lease?.until === undefined) return false;
  if (!last || last.outcome !== undefined || last.dotSentAt) return false;
  row.history.pop();
  row.lease = { id: leaseId, until: undefined };
  return true;
}

function putBack(row: HeldDelivery, leaseId: string, until: Date): void {
  if (withdraw(row, leaseId)) row.notBefore = until;
}

function stop(row: HeldDelivery, { leaseId, outcome, reason, heldFor }: StoppedDelivery): void {
  if (!withdraw(row, leaseId)) return;
  Object.assign(row, { status: statusAfter(row.status, outcome), reason, heldFor, isOpen: false });
}

function abandon(row: HeldDelivery, dotSentAt: Date | undefined): void {
  const last = row.history.at(-1);
  if (!last) throw new Error('nothing was tried');
  Object.assign(last, { outcome: undefined, dotSentAt });
  Object.assign(row, { status: 'queued', isOpen: true, lease: { id: 'dead', until: new Date(0) } });
}

export function inMemoryDeliveries(): InMemoryDeliveries {
  const rows = new Map<string, HeldDelivery>();
  const results: AttemptResult[] = [];
  const find = (id: string): HeldDelivery => {
    const row = rows.get(id);
    if (!row) throw new Error(`No delivery ${id}`);
    return row;
  };
  return {
    results,
    find,
    add: (delivery, notBefore = new Date(0)) =>
      void rows.set(delivery.id, {
        delivery,
        status: 'queued',
        reason: '',
        heldFor: undefined,
        history: [],
        lease: undefined,
        notBefore,
        isOpen: true,
      }),
    abandon: (id, dotSentAt) => abandon(find(id), dotSentAt),
    async claim(id, lease) {
      const row = rows.get(id);
      return row && claim(row, lease);
    },
    renew: async (leases, until) =>
      leases.filter((lease) => renew(rows.get(lease.deliveryId), lease, until)).map(({ leaseId }) => leaseId),
    async markDotSent(id, leaseId, at) {
      const row = find(id);
      const last = row.history.at(-1);
      if (!row.isOpen || !last || !holds(row, leaseId)) return false;
      if (row.lease?.until === undefined || row.lease.until <= at) return false;
      last.dotSentAt ??= at;
      return true;
    },
    optionsOf: async () => ({}),
    savePatch: async (id, leaseId, patch) => savePatch(find(id), leaseId, patch),
    stop: async (stopped) => stop(find(stopped.deliveryId), stopped),
    putBack: async (id, leaseId, until) => putBack(find(id), leaseId, until),
    async saveAttempt(result) {
      results.push(result);
      return saveAttempt(find(result.deliveryId), result);
    },
  };
}
