/** How many requests to webhooks go on at a time. Only one process at a time sends to a webhook, but an account has many webhooks. */
import { openSemaphore } from '@waybill/io/concurrency/semaphore';
import type { Permits } from '@waybill/relay/delivery/permits';

/** Requests of this process at a time. */
const REQUESTS = 128;
/** Requests of one account at a time, over all processes: slow endpoints of a few accounts leave most of them to the others. */
const REQUESTS_PER_ACCOUNT = 16;
const WAIT_FOR_PERMIT_MS = 5_000;

export type RequestPermits = {
  /** Runs `work` under a permit of the account; `undefined`: `work` did not run, because no permit came in time. */
  run<T>(accountId: string, work: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
};

/** `permits`: those that all processes share. */
export function openRequestPermits(permits: Pick<Permits, 'take'>): RequestPermits {
  // First in this process, so that an account that waits for other processes leaves the rest of it to the others.
  const here = openSemaphore({
    total: REQUESTS,
    perKey: REQUESTS_PER_ACCOUNT,
    waitMs: WAIT_FOR_PERMIT_MS,
  });
  return {
    async run(accountId, work) {
      const ran = await here.run(accountId, async () => {
        const asked = { key: `webhook requests ${accountId}`, limit: REQUESTS_PER_ACCOUNT };
        const permit = await permits.take([asked], WAIT_FOR_PERMIT_MS);
        if (permit === undefined) return undefined;
        return work()
          .then((value) => ({ value }))
          .finally(permit.release);
      });
      return ran?.value;
    },
  };
}
