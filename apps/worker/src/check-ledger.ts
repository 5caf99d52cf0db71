import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { Ledger } from '@waybill/io/postgres/upkeep/ledger';

export type LedgerPorts = {
  readonly ledger: Pick<Ledger, 'outside'>;
  readonly now: () => Date;
  /** What is older than its own end by more than this is not merely late. */
  readonly graceMs: number;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'outsideEndStates'>;
};

const LIMIT = 1_000;

/** Law 1 of the architecture, looked after every day: accepted mail reaches a visible end. Each that has not is an alarm. */
export async function checkLedger({ ledger, now, graceMs, log, metrics }: LedgerPorts): Promise<void> {
  try {
    const found = await ledger.outside(new Date(now().getTime() - graceMs), LIMIT);
    metrics.outsideEndStates.set(found.length);
    for (const { kind, id, messageId, accountId, state, fault } of found)
      log.error({ kind, id, messageId, accountId, state, fault }, 'outside its end states');
    log.info({ count: found.length }, 'ledger checked');
  } catch (err) {
    // Tomorrow, or by hand: waybill doctor ledger.
    log.error({ err }, 'ledger could not be checked');
  }
}
