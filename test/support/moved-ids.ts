import type { Moved } from '@waybill/relay/management/records';

/** The ids of the deliveries that an action changed. */
export const movedIds = async (moved: Promise<Moved>): Promise<readonly string[]> =>
  (await moved).deliveries.map(({ id }) => id);
