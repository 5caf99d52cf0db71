import { publicId } from '../id.ts';
import { Refusal } from '../refusal.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
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
  retention: {
    metadata_days: row.retentionMetadataDays,
    events_days: row.retentionEventsDays,
    bytes_days: row.retentionBytesDays,
  },
  limits: limitsView(row.limits),
  created_at: row.createdAt.toISOString(),
});

type Retention = Pick<StreamRecord, 'retentionBytesDays' | 'retentionEventsDays' | 'retentionMetadataDays'>;

const DEFAULT_DAYS = 45;

/** Of a new stream: what is not given is 45 days, or less where metadata is kept for less. */
function newRetention(settings: Omit<StreamSettings, 'limits'>): Retention {
  const { retentionBytesDays: bytes, retentionEventsDays: events, retentionMetadataDays } = settings;
  const metadata = retentionMetadataDays ?? Math.max(DEFAULT_DAYS, bytes ?? 0, events ?? 0);
  const shorter = Math.min(DEFAULT_DAYS, metadata);
  return {
    retentionBytesDays: bytes ?? shorter,
    retentionEventsDays: events ?? shorter,
    retentionMetadataDays: metadata,
  };
}

/** Bytes and events are found by the message, so they go with it at the latest. */
function requireWithinMetadata(retention: Retention): void {
  const { retentionBytesDays, retentionEventsDays, retentionMetadataDays } = retention;
  if (Math.max(retentionBytesDays, retentionEventsDays) > retentionMetadataDays)
    throw faultAt('/retention', 'must not keep bytes or events for longer than metadata');
}

/** The settings of a request. */
export type AskedStream = Omit<StreamSettings, 'limits'> & { readonly limits?: LimitsPatch | undefined };

export async function createStream(
  { limits: patch, ...settings }: AskedStream & { readonly name: string },
  caller: Caller,
  ports: StreamPorts,
): Promise<StreamRecord> {
  const accountId = accountOf(caller);
  const limits = await limitsAfter({ patch }, accountId, ports);
  const retention = newRetention(settings);
  requireWithinMetadata(retention);
  const stream = { ...settings, ...retention, ...limits, id: newId(ports), createdAt: ports.now() };
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
  requireWithinMetadata({ ...current, ...settings });
  const limits = await limitsAfter({ before: current.limits, patch }, accountId, ports);
  const before = streamView(current);
  const row = found(await streams.change(accountId, id, { ...settings, ...limits }));
  await audit(caller, { action: 'stream.changed', target: before.id, before, after: streamView(row) }, ports);
  return row;
}

/** The default stream stays, and a stream that credentials name goes only when they move to another. */
export async function removeStream(
  { id, moveTo }: { readonly id: string; readonly moveTo: string | undefined },
  caller: Caller,
  ports: StreamPorts,
): Promise<void> {
  const { streams } = ports.stores;
  const accountId = accountOf(caller);
  const before = streamView(found(await streams.one(accountId, id)));
  if (moveTo === id) throw faultAt('/credentials_to', 'is the stream that is to be removed');
  if (!(await areStreams([moveTo], accountId, ports)))
    throw faultAt('/credentials_to', 'is no stream of this account');
  const removal = await streams.remove(accountId, id, { at: ports.now(), moveTo });
  if (removal === 'default')
    throw new Refusal('conflict', { detail: 'it is the default stream; make another one the default first' });
  if (typeof removal === 'object')
    throw new Refusal('conflict', {
      detail: `${removal.inUse} SMTP credentials use it; name the stream they move to in credentials_to`,
    });
  requireDone(removal === 'removed');
  await audit(caller, { action: 'stream.deleted', target: before.id, before }, ports);
}

/** Refuses an unknown stream and one of another account alike. */
export async function requireStreams(
  ids: readonly (string | undefined)[],
  accountId: string,
  ports: { readonly stores: Pick<Stores, 'streams'> },
): Promise<void> {
  if (!(await areStreams(ids, accountId, ports))) throw faultAt('/stream_id', 'is no stream of this account');
}

async function areStreams(
  ids: readonly (string | undefined)[],
  accountId: string,
  { stores }: { readonly stores: Pick<Stores, 'streams'> },
): Promise<boolean> {
  const named = ids.filter((id) => id !== undefined);
  if (named.length === 0) return true;
  const own = new Set((await stores.streams.list(accountId)).map(({ id }) => id));
  return named.every((id) => own.has(id));
}
