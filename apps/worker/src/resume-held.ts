import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@waybill/io/log/log';
import type { HeldMail } from '@waybill/io/postgres/deliveries/resume';
import type { JobProducer } from '@waybill/relay/ports';

export type ResumePorts = {
  readonly heldMail: HeldMail;
  readonly jobs: JobProducer;
  readonly now: () => Date;
  readonly log: Log;
};

/** Deliveries that are enqueued at a time, and the pause before the next ones: 2,000 a second at the most. */
const SLICE = 500;
const PAUSE_MS = 250;

async function resumeAccount(accountId: string, ports: ResumePorts, signal: AbortSignal): Promise<void> {
  const { heldMail, jobs, now, log } = ports;
  let count = 0;
  for (let size = SLICE; size === SLICE && !signal.aborted; ) {
    const ids = await heldMail.resume(accountId, now(), SLICE);
    size = ids.length;
    count += size;
    // The rows are due: the sweeper enqueues them when this fails.
    await jobs
      .enqueue('delivery', ids)
      .catch((err: unknown) => log.warn({ err, accountId }, 'resumed mail not enqueued'));
    if (size === SLICE) await wait(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  if (count > 0) log.info({ accountId, count }, 'held mail goes on');
}

/** Mail that was held while its account was suspended goes on once the account is active, in slices. */
export async function resumeHeld(ports: ResumePorts, signal: AbortSignal): Promise<void> {
  try {
    for (const accountId of await ports.heldMail.resumable()) await resumeAccount(accountId, ports, signal);
  } catch (err) {
    ports.log.warn({ err }, 'held mail not resumed');
  }
}
