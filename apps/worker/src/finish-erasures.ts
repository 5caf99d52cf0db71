/** Completes erasures whose recipient was named in mail that was still on its way to others. */
import type { Log } from '@waybill/io/log/log';

export type ErasurePorts = {
  readonly erasures: {
    pending(): Promise<readonly string[]>;
    work(id: string, at: Date): Promise<void>;
  };
  readonly now: () => Date;
  readonly log: Log;
};

export async function finishErasures(
  { erasures, now, log }: ErasurePorts,
  signal: AbortSignal,
): Promise<void> {
  for (const id of await erasures.pending()) {
    if (signal.aborted) return;
    await erasures
      .work(id, now())
      .catch((err: unknown) => log.error({ err, erasureId: id }, 'erasure failed'));
  }
}
