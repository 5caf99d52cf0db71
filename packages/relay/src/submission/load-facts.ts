import { foldedAddress } from '@waybill/mail/address';
import type { Facts } from '../pipeline/stage.ts';
import type { Directory, SigningKeyRow, StoredMessage, Stream, SuppressionList } from '../ports.ts';
import type { Resolution } from '../resolve-account.ts';
import { chooseStream } from './choose-stream.ts';
import type { FromHeader } from './from-header.ts';

/** What every message of this installation is prepared with. */
export type Installation = Pick<Facts, 'tracking' | 'returnPath' | 'platformDomain' | 'platformSignature'>;

/** The facts of one message. Keys are PEM texts, because a preparing thread caches the parsed keys. */
export type MessageFacts = Omit<Facts, keyof Installation | 'signingKeys' | 'platformKeys' | 'sevenBit'> & {
  readonly signingKeys: readonly SigningKeyRow[];
  readonly platformKeys: readonly SigningKeyRow[];
  /** The verified tracking host of the From domain; `undefined`: links use the host of the installation. */
  readonly trackingHost: string | undefined;
};

export type FactPorts = {
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly now: () => Date;
};

/** A message whose account is known. */
export type Resolved = {
  readonly stored: Pick<StoredMessage, 'streamId' | 'options' | 'envelope' | 'acceptedAt' | 'sendAt'>;
  readonly resolution: Pick<Resolution, 'credentialId'> & { readonly accountId: string };
  readonly from: FromHeader;
};

/** The stream that was chosen at the door, while it is there; else it is chosen again. */
async function streamOf({ stored, resolution }: Resolved, { directory }: FactPorts): Promise<Stream> {
  const [streams, credential] = await Promise.all([
    directory.streamsOf(resolution.accountId),
    resolution.credentialId === undefined ? undefined : directory.credentialById(resolution.credentialId),
  ]);
  const chosen = streams.find(({ id }) => id === stored.streamId);
  if (chosen) return chosen;
  const wish = { name: stored.options.stream, credentialStreamId: credential?.streamId };
  const { stream } = chooseStream(streams, wish);
  if (!stream) throw new Error(`Account ${resolution.accountId} has no stream`);
  return stream;
}

/** Everything the stages may know, fetched before they start. */
export async function loadFacts(resolved: Resolved, ports: FactPorts): Promise<MessageFacts> {
  const { directory, suppressions, now } = ports;
  const { stored, resolution, from } = resolved;
  const [account, stream, signingKeys, ownReturnPath, trackingHost, platformKeys] = await Promise.all([
    directory.accountById(resolution.accountId),
    streamOf(resolved, ports),
    from.domain === undefined ? [] : directory.signingKeys(resolution.accountId, from.domain),
    from.domain === undefined ? undefined : directory.returnPathOf(resolution.accountId, from.domain),
    from.domain === undefined ? undefined : directory.trackingHostOf(resolution.accountId, from.domain),
    directory.platformKeys(),
  ]);
  // It was there a moment ago, when the message was resolved: the next run resolves again, without it.
  if (!account) throw new Error(`Account ${resolution.accountId} is gone`);
  return {
    now: now(),
    acceptedAt: stored.acceptedAt,
    sendAt: stored.sendAt,
    account,
    stream,
    suppressed: await suppressions.among(account.id, stream.id, stored.envelope.rcptTo.map(foldedAddress)),
    ownReturnPath,
    trackingHost,
    signingKeys,
    platformKeys,
  };
}
