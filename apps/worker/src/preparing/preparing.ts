/** Where messages are prepared: beside the event loop, which has the wire and the database to attend to. */

import { openPrepareApart } from './apart.ts';
import type { Preparation, Preparing } from './preparation.ts';
import { openPrepareTogether } from './together.ts';

const LARGE_BYTES = 524_288;

/** What nobody should have to wait for. Each recipient is a copy to rewrite and to sign. */
export const isLarge = ({ stored }: Preparation): boolean =>
  stored.source.length * Math.max(1, stored.envelope.rcptTo.length) >= LARGE_BYTES;

export function openPreparing(): Preparing {
  const apart = openPrepareApart();
  const together = openPrepareTogether(apart.prepare);
  return {
    prepare: (preparation) => (isLarge(preparation) ? apart : together).prepare(preparation),
    async close() {
      await Promise.all([together.close(), apart.close()]);
    },
  };
}
