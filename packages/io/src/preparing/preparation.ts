import { openMessage } from '@waybill/relay/content/open-message';
import type { Copy } from '@waybill/relay/message';
import { prepare } from '@waybill/relay/pipeline/prepare';
import { prepareAgain } from '@waybill/relay/pipeline/prepare-again';
import type { PreparedAgain, PreparedMessage } from '@waybill/relay/ports';
import type { Installation, MessageFacts } from '@waybill/relay/submission/load-facts';
import type { Preparation } from '@waybill/relay/submission/preparation';
import type { Tracking } from '@waybill/relay/tracking/token';
import { openDkimKeys } from './dkim-keys.ts';

/** One copy that is to be prepared once more, as 7-bit. */
export type CopyPreparation<Bytes = Buffer> = Pick<Preparation<Bytes>, 'stored' | 'facts'> & {
  readonly copy: Copy;
};

/** What a thread does. Both throw when the message cannot be signed. */
type Work = {
  readonly prepare: (preparation: Preparation) => PreparedMessage;
  readonly prepareAgain: (preparation: CopyPreparation) => PreparedAgain;
};

/** Links lead to the verified host of the From domain, by https: it has certificates of its own. */
const trackingOf = ({ tracking }: Installation, host: string | undefined): Tracking =>
  host === undefined ? tracking : { ...tracking, baseUrl: `https://${host}`, host };

/** Prepares in this thread. */
export function openPreparation(installation: Installation): Work {
  const keys = openDkimKeys();
  const factsOf = ({ trackingHost, ...facts }: MessageFacts) => ({
    ...facts,
    ...installation,
    tracking: trackingOf(installation, trackingHost),
    signingKeys: keys.of(facts.signingKeys),
    platformKeys: keys.of(facts.platformKeys),
  });
  return {
    prepare({ stored, notes, facts, decided }) {
      const message = openMessage(stored);
      return prepare({ ...message, notes: [...message.notes, ...notes] }, factsOf(facts), decided);
    },
    prepareAgain: ({ stored, facts, copy }) => prepareAgain(openMessage(stored), copy, factsOf(facts)),
  };
}
