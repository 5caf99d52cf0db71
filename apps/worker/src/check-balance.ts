import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { balanceChecks } from '@waybill/io/postgres/statistics/balance-check';
import { daysOf } from '@waybill/relay/statistics/span';

export type BalancePorts = {
  readonly balanceChecks: ReturnType<typeof balanceChecks>;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'balanceDifferences'>;
};

const HOUR_MS = 3_600_000;
/** A little less than a day, so that a check that runs every hour keeps its time of day. */
const NIGHT_MS = 23 * HOUR_MS;

async function isDue({ balanceChecks: checks, now, metrics }: BalancePorts): Promise<boolean> {
  const last = await checks.last();
  if (last === undefined) return true;
  metrics.balanceDifferences.set(last.differences.length);
  return now().getTime() - last.checkedAt.getTime() > NIGHT_MS;
}

/**
 * Once a day, by whichever worker comes first: the mail of a week is recounted. Accepted is the sum of all ends, and statistics say the same as
 * the mail itself. Off by one is an alarm.
 */
export async function checkBalance(ports: BalancePorts): Promise<void> {
  const { balanceChecks: checks, now, log, metrics } = ports;
  try {
    if (!(await isDue(ports))) return;
    const report = await checks.recount(daysOf({}, now()));
    if (report === undefined)
      return log.info({}, 'balance not checked: the reader of statistics is far behind');
    await checks.save(report);
    metrics.balanceDifferences.set(report.differences.length);
    for (const difference of report.differences) log.error({ ...difference }, 'balance is off');
    log.info({ from: report.from, to: report.to, count: report.differences.length }, 'balance checked');
  } catch (err) {
    // In an hour, or by the operator: GET /v1/admin/balance.
    log.error({ err }, 'balance could not be checked');
  }
}
