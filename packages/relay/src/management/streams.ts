import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { accountOf } from './principal.ts';
import type { StreamRecord, StreamSettings } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';

type StreamPorts = Ports<'streams'>;

export const streamView = (row: StreamRecord) => ({
  id: publicId('str', row.id),
  name: row.name,
  is_default: row.isDefault,
  tracking: { opens: row.trackOpens, clicks: row.trackClicks },
  list_unsubscribe: row.listUnsubscribe,
  expiry_minutes: row.expiryMinutes,
  unknown_policy: row.unknownPolicy,
  retention_days: row.retentionDays,
  created_at: row.createdAt.toISOString(),
});

export async function createStream(
  settings: StreamSettings & { readonly name: string },
  caller: Caller,
  ports: StreamPorts,
): Promise<StreamRecord> {
  const stream = { ...settings, id: newId(ports), createdAt: ports.now() };
  const row = await ports.stores.streams.create(accountOf(caller), stream);
  const after = streamView(row);
  await audit(caller, { action: 'stream.created', target: after.id, after }, ports);
  return row;
}

export async function changeStream(
  { id, settings }: { readonly id: string; readonly settings: StreamSettings },
  caller: Caller,
  ports: StreamPorts,
): Promise<StreamRecord> {
  const { streams } = ports.stores;
  const accountId = accountOf(caller);
  const before = streamView(found(await streams.one(accountId, id)));
  const row = found(await streams.change(accountId, id, settings));
  await audit(caller, { action: 'stream.changed', target: before.id, before, after: streamView(row) }, ports);
  return row;
}

/** Refuses an unknown stream and one of another account alike. */
export async function requireStreams(
  ids: readonly (string | undefined)[],
  accountId: string,
  { stores }: Pick<StreamPorts, 'stores'>,
): Promise<void> {
  const named = ids.filter((id) => id !== undefined);
  if (named.length === 0) return;
  const own = new Set((await stores.streams.list(accountId)).map(({ id }) => id));
  if (!named.every((id) => own.has(id))) throw faultAt('/stream_id', 'is no stream of this account');
}
