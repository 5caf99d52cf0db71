/** When each message was accepted and arrived, by its number, in memory that all threads see. */
export type Ledger = {
  /** Milliseconds of the shared clock; 0: never. */
  readonly acceptedAt: Float64Array;
  readonly arrivedAt: Float64Array;
  /** How often each arrived. */
  readonly arrivals: Int32Array;
};

export type LedgerMemory = {
  readonly accepted: SharedArrayBuffer;
  readonly arrived: SharedArrayBuffer;
  readonly arrivals: SharedArrayBuffer;
};

export const ledgerMemory = (capacity: number): LedgerMemory => ({
  accepted: new SharedArrayBuffer(capacity * 8),
  arrived: new SharedArrayBuffer(capacity * 8),
  arrivals: new SharedArrayBuffer(capacity * 4),
});

export const ledgerOn = (memory: LedgerMemory): Ledger => ({
  acceptedAt: new Float64Array(memory.accepted),
  arrivedAt: new Float64Array(memory.arrived),
  arrivals: new Int32Array(memory.arrivals),
});

/** The messages from `first` on. */
export type Range = { readonly first: number; readonly count: number };

export type Account = {
  readonly accepted: number;
  /** Of the accepted ones, those that arrived once or more. */
  readonly delivered: number;
  readonly lost: readonly number[];
  readonly duplicated: readonly number[];
  /** Arrived without a 250: allowed once (the reply was lost), but reported. */
  readonly unanswered: number;
  readonly latencies: readonly number[];
  readonly lastAcceptedAt: number;
  readonly lastArrivedAt: number;
};

/** LOST: 250 without arrival. DUP: more than one arrival. */
export function accountOf({ acceptedAt, arrivedAt, arrivals }: Ledger, { first, count }: Range): Account {
  const ids = Array.from({ length: count }, (_, index) => first + index);
  const accepted = ids.filter((id) => acceptedAt[id]);
  const delivered = accepted.filter((id) => arrivals[id]);
  const largest = (values: Float64Array): number =>
    ids.reduce((most, id) => Math.max(most, values[id] ?? 0), 0);
  return {
    accepted: accepted.length,
    delivered: delivered.length,
    lost: accepted.filter((id) => !arrivals[id]),
    duplicated: ids.filter((id) => (arrivals[id] ?? 0) > 1),
    unanswered: ids.filter((id) => arrivals[id] && !acceptedAt[id]).length,
    latencies: delivered.map((id) => (arrivedAt[id] ?? 0) - (acceptedAt[id] ?? 0)),
    lastAcceptedAt: largest(acceptedAt),
    lastArrivedAt: largest(arrivedAt),
  };
}
