import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { type LimitsPatch, limitsAfter, limitsView } from './own-limits.ts';
import { accountOf } from './principal.ts';
import type { StreamRecord, StreamSettings } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports, Stores } from './stores.ts';

type StreamPorts = Ports<'accounts' | 'streams'>;

export const streamView = (row: StreamRecord) => ({
  id: publicId('str', row.id),
  name: row.name,
  is_default: row.isDefault,
  tracking: { opens: row.trackOpens, clicks: row.trackClicks },
  list_unsubscribe: row.listUnsubscribe,
  expiry_minutes: row.expiryMinutes,
  unknown_policy: row.unknownPolicy,
  retention_days: row.retentionDays,
  limits: limitsView(row.limits),
  created_at: row.createdAt.toISOString(),
});

/** The settings of a request. */
export type AskedStream = Omit<StreamSettings, 'limits'> & { readonly limits?: LimitsPatch | undefined };

export async function createStream(
  { limits: patch, ...settings }: AskedStream & { readonly name: string },
  caller: Caller,
  ports: StreamPorts,
): Promise<StreamRecord> {
  const accountId = accountOf(caller);
  const limits = await limitsAfter({ patch }, accountId, ports);
  const stream = { ...settings, ...limits, id: newId(ports), createdAt: ports.now() };
  const row = await ports.stores.streams.create(accountId, stream);
  const after = streamView(row);
  await audit(caller, { action: 'stream.created', target: after.id, after }, ports);
  return row;
}

export async function changeStream(
  { id, settings: asked }: { readonly id: string; readonly settings: AskedStream },
  caller: Caller,
  ports: StreamPorts,
): Promise<StreamRecord> {
  const { streams } = ports.stores;
  const accountId = accountOf(caller);
  const { limits: patch, ...settings } = asked;
  const current = found(await streams.one(accountId, id));
  const limits = await limitsAfter({ before: current.limits, patch }, accountId, ports);
  const before = streamView(current);
  const row = found(await streams.change(accountId, id, { ...settings, ...limits }));
  await audit(caller, { action: 'stream.changed', target: before.id, before, after: streamView(row) }, ports);
  return row;
}

/** Refuses an unknown stream and one of another account alike. */
export async function requireStreams(
  ids: readonly (string | undefined)[],
  accountId: string,
  { stores }: { readonly stores: Pick<Stores, 'streams'> },
): Promise<void> {
  const named = ids.filter((id) => id !== undefined);
  if (named.length === 0) return;
  const own = new Set((await stores.streams.list(accountId)).map(({ id }) => id));
  if (!named.every((id) => own.has(id))) throw faultAt('/stream_id', 'is no stream of this account');
}
