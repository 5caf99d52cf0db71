/** Loads the facts for the gates. Settings come from caches that NOTIFY empties, so a switch acts at once and an attempt costs no round trip. */
import { foldedAddress } from '@waybill/mail/address';
import type {
  Account,
  ClaimedDelivery,
  Directory,
  Stream,
  Suppression,
  SuppressionList,
} from '@waybill/relay/ports';
import { loadSenders } from '@waybill/relay/submission/load-senders';
import type { DeliveryFacts } from './gates.ts';

export type GateDependencies = {
  readonly directory: Pick<
    Directory,
    'accountById' | 'streamsOf' | 'submittingKeyById' | 'fromAddressClaims' | 'domainHolder'
  >;
  readonly suppressions: Pick<SuppressionList, 'among'>;
  readonly now: () => Date;
};

/** The account itself too: the route depends on its settings. */
export type LoadedFacts = DeliveryFacts & { readonly account: Account | undefined };

type Delivery = Pick<
  ClaimedDelivery,
  'accountId' | 'streamId' | 'recipient' | 'headerFrom' | 'envelope' | 'credentialId' | 'suppressionAskedAt'
>;

/** A long suppression list is asked by a query. Right after preparation the answer is known and is not asked for again. */
const SUPPRESSION_FRESH_MS = 2_000;

async function suppressionOf(
  { suppressions, now }: GateDependencies,
  { accountId, streamId, recipient, suppressionAskedAt }: Delivery,
): Promise<Suppression | undefined> {
  const age = now().getTime() - (suppressionAskedAt?.getTime() ?? 0);
  if (age < SUPPRESSION_FRESH_MS) return undefined;
  const found = await suppressions.among(accountId, streamId, [recipient]);
  return found.get(foldedAddress(recipient));
}

const policyOf = (streams: readonly Stream[], streamId: string | undefined): Stream['unknownPolicy'] => {
  const stream = streams.find(({ id }) => id === streamId) ?? streams.find(({ isDefault }) => isDefault);
  return stream?.unknownPolicy ?? 'prefer_delivery';
};

/** `hasEnded`: whether the lease of the delivery was lost. Rejects while the settings cannot be read. */
export async function loadGateFacts(
  dependencies: GateDependencies,
  delivery: Delivery,
  hasEnded: () => boolean,
): Promise<LoadedFacts> {
  const { directory } = dependencies;
  const { accountId, streamId, credentialId, headerFrom, envelope } = delivery;
  const [account, streams, key, senders, suppression] = await Promise.all([
    directory.accountById(accountId),
    directory.streamsOf(accountId),
    credentialId === undefined ? undefined : directory.submittingKeyById(credentialId),
    loadSenders(directory, { accountId, credential: undefined, addresses: [headerFrom, envelope.mailFrom] }),
    suppressionOf(dependencies, delivery),
  ]);
  return {
    now: dependencies.now(),
    hasEnded: hasEnded(),
    account,
    unknownPolicy: policyOf(streams, streamId),
    key,
    senders,
    suppression,
  };
}
