/** The delivery ledger without a database: the same rules about leases, dots and ends as the real one. */
import type { AttemptResult, ClaimedDelivery, DeliveryStore } from '@waybill/relay/ports';

export type HeldDelivery = Omit<ClaimedDelivery, 'attempt' | 'leaseId' | 'unanswered'> & {
  status: 'queued' | AttemptResult['outcome'];
  because: string;
  attempts: number;
  lease: { readonly id: string; readonly until: Date } | undefined;
  dotSentAt: Date | undefined;
  notBefore: Date;
};

export type InMemoryDeliveries = DeliveryStore & {
  readonly results: AttemptResult[];
  add(delivery: Omit<ClaimedDelivery, 'attempt' | 'leaseId' | 'unanswered'>): void;
  find(id: string): HeldDelivery;
};

const finals = new Set(['delivered', 'bounced', 'failed']);

export function inMemoryDeliveries(): InMemoryDeliveries {
  const rows = new Map<string, HeldDelivery>();
  const results: AttemptResult[] = [];
  const find = (id: string): HeldDelivery => {
    const row = rows.get(id);
    if (!row) throw new Error(`No delivery ${id}`);
    return row;
  };
  const holds = (row: HeldDelivery, leaseId: string): boolean => row.lease?.id === leaseId;

  return {
    results,
    find,
    add: (delivery) =>
      void rows.set(delivery.id, {
        ...delivery,
        status: 'queued',
        because: '',
        attempts: 0,
        lease: undefined,
        dotSentAt: undefined,
        notBefore: new Date(0),
      }),
    async claim(id, { leaseId, until, now }) {
      const row = rows.get(id);
      if (!row || finals.has(row.status) || row.notBefore > now) return undefined;
      if (row.lease && row.lease.until > now) return undefined;
      const {
        status: _status,
        because: _because,
        attempts,
        lease: _lease,
        dotSentAt,
        notBefore: _early,
        ...claimed
      } = row;
      const unanswered = dotSentAt && { attempt: attempts, dotSentAt };
      row.lease = { id: leaseId, until };
      row.attempts += 1;
      row.dotSentAt = undefined;
      return { ...claimed, attempt: row.attempts, leaseId, ...(unanswered ? { unanswered } : {}) };
    },
    async markDotSent(id, leaseId, at) {
      const row = find(id);
      if (!holds(row, leaseId) || (row.lease && row.lease.until <= at)) return false;
      row.dotSentAt = at;
      return true;
    },
    async putBack(id, leaseId, until) {
      const row = find(id);
      if (!holds(row, leaseId) || row.dotSentAt) return;
      row.lease = undefined;
      row.attempts -= 1;
      row.notBefore = until;
    },
    async saveAttempt(result) {
      results.push(result);
      const row = find(result.deliveryId);
      if (!holds(row, result.leaseId)) return false;
      row.status = result.outcome;
      row.because = result.because;
      row.lease = undefined;
      row.dotSentAt = undefined;
      row.notBefore = result.retryAt ?? (result.outcome === 'unknown' ? new Date(8.64e15) : new Date(0));
      return true;
    },
  };
}
