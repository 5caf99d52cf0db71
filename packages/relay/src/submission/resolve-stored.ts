import type { KeyObject } from 'node:crypto';
import { deriveId } from '../id.ts';
import type { Message } from '../message.ts';
import type { Directory, Discard, StoredMessage } from '../ports.ts';
import { type Evidence, type Resolution, resolveAccount } from '../resolve-account.ts';
import { readEvidence, type StoredEvidence } from './evidence.ts';
import { loadEvidence } from './load-evidence.ts';

export type StoredResolution = {
  readonly resolution: Resolution;
  readonly evidence: Evidence;
  readonly read: StoredEvidence;
};

export type ResolvePorts = { readonly directory: Directory; readonly headerKeys: readonly KeyObject[] };

/** The same question as in the session, asked of the stored bytes alone. ARCHITECTURE §4. */
export async function resolveStored(
  message: Pick<Message, 'id' | 'fields'>,
  { directory, headerKeys }: ResolvePorts,
): Promise<StoredResolution> {
  const read = readEvidence({ fields: message.fields, macKeys: headerKeys, messageId: message.id });
  const { header, connectingIp, from } = read;
  const networks = connectingIp === undefined ? [] : await directory.networksContaining(connectingIp);
  const known = { authenticated: undefined, header, connectingIp, networks, from };
  const evidence = await loadEvidence(directory, known);
  return { resolution: resolveAccount(evidence), evidence, read };
}

/** The discard that the operator sees for a message without an account. The id is derived, so that two runs save one discard. */
export function discardOf(stored: StoredMessage, resolved: StoredResolution, at: Date): Discard {
  const { evidence, resolution } = resolved;
  return {
    id: deriveId(stored.id, 'dis', 0),
    messageId: stored.id,
    stage: 'worker',
    resolution,
    evidence: {
      ...evidence,
      liveAccounts: [...evidence.liveAccounts],
      fromFault: resolved.read.from.fault,
      acceptedFor: stored.accountId,
      session: stored.session,
      mailFrom: stored.envelope.mailFrom,
      rcptTo: stored.envelope.rcptTo,
    },
    occurredAt: at,
  };
}
