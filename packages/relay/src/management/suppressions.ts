import type { Suppression } from '../account.ts';
import { given } from '../given.ts';
import { publicId } from '../id.ts';
import { publicFields } from '../trace/public-json.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { isoOrNull } from './or-null.ts';
import { accountOf } from './principal.ts';
import type { NewSuppression, SuppressionRecord } from './records.ts';
import type { Ports } from './stores.ts';
import { requireStreams } from './streams.ts';

export type SuppressionPorts = Ports<'suppressions' | 'streams'>;

export const suppressionView = (row: SuppressionRecord) => ({
  id: publicId('sup', row.id),
  address: row.address,
  reason: row.reason,
  stream_id: row.streamId === undefined ? null : publicId('str', row.streamId),
  evidence: publicFields(row.evidence),
  created_at: row.createdAt.toISOString(),
  expires_at: isoOrNull(row.expiresAt),
});

export type AskedSuppression = {
  /** `foldedAddress`. */
  readonly address: string;
  readonly reason: Suppression['reason'];
  readonly streamId?: string | undefined;
  readonly note?: string | undefined;
  readonly expiresAt?: Date | undefined;
};

/** The new ones. An address that is suppressed already keeps its suppression. Writes no entry in the audit log. */
export async function addSuppressions(
  asked: readonly AskedSuppression[],
  caller: Caller,
  ports: SuppressionPorts,
): Promise<readonly NewSuppression[]> {
  const accountId = accountOf(caller);
  await requireStreams(
    asked.map(({ streamId }) => streamId),
    accountId,
    ports,
  );
  const rows = asked.map(({ address, reason, note, streamId, expiresAt }) => ({
    id: newId(ports),
    address,
    reason,
    evidence: given({ by: caller.actor, note }),
    createdAt: ports.now(),
    ...given({ streamId, expiresAt }),
  }));
  const made = new Set(await ports.stores.suppressions.create(accountId, rows));
  return rows.filter(({ id }) => made.has(id));
}

/** The new suppression, or the one that the address and stream had. */
export async function suppressAddress(
  asked: AskedSuppression,
  caller: Caller,
  ports: SuppressionPorts,
): Promise<{ readonly row: SuppressionRecord; readonly created: number }> {
  const created = (await addSuppressions([asked], caller, ports)).length;
  const rows = await ports.stores.suppressions.ofAddress(accountOf(caller), asked.address);
  const row = found(rows.find(({ streamId }) => streamId === asked.streamId));
  const change = { action: 'suppression.created', target: asked.address, after: suppressionView(row) };
  if (created > 0) await audit(caller, change, ports);
  return { row, created };
}

/** The number of new ones. An address that is suppressed already keeps its suppression. */
export async function suppressAddresses(
  asked: readonly AskedSuppression[],
  caller: Caller,
  ports: SuppressionPorts,
): Promise<number> {
  const made = await addSuppressions(asked, caller, ports);
  const target = asked.length === 1 ? (asked[0]?.address ?? '') : `${asked.length} addresses`;
  const after = { addresses: made.map(({ address }) => address) };
  if (made.length > 0) await audit(caller, { action: 'suppression.created', target, after }, ports);
  return made.length;
}

/** The number of suppressions that the address had, of the whole account and of single streams. */
export async function removeSuppressions(
  address: string,
  caller: Caller,
  ports: SuppressionPorts,
): Promise<number> {
  const { suppressions } = ports.stores;
  const accountId = accountOf(caller);
  const before = { suppressions: (await suppressions.ofAddress(accountId, address)).map(suppressionView) };
  const count = await suppressions.remove(accountId, address);
  found(count === 0 ? undefined : count);
  await audit(caller, { action: 'suppression.deleted', target: address, before }, ports);
  return count;
}
