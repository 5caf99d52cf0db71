/** Removing mail from the sandbox. An operator without an account removes mail of every account. */
import { publicId } from '../id.ts';
import { audit, type Caller } from './audit.ts';
import { found, requireDone } from './found.ts';
import { orNull } from './or-null.ts';
import type { SandboxRecord } from './records.ts';
import type { Ports } from './stores.ts';

type SandboxPorts = Ports<'sandbox'>;

export const sandboxMessageView = (row: SandboxRecord) => ({
  id: publicId('box', row.id),
  delivery_id: row.deliveryId === undefined ? null : publicId('dlv', row.deliveryId),
  mail_from: row.mailFrom,
  rcpt_to: row.rcptTo,
  helo: row.heloName,
  tls: orNull(row.tls),
  size: row.size,
  received_at: row.receivedAt.toISOString(),
});

/** A caller with a test key removes only mail that was sent as a test. */
const ownKind = ({ kind }: Caller): { readonly onlyTests?: true } =>
  kind === 'test' ? { onlyTests: true } : {};

/** Returns the number of messages. */
export async function clearSandbox(caller: Caller, ports: SandboxPorts): Promise<number> {
  const removed = await ports.stores.sandbox.remove(caller.accountId, ownKind(caller));
  const states = { before: { messages: removed }, after: { messages: 0 } };
  await audit(caller, { action: 'sandbox.cleared', target: '', ...states }, ports);
  return removed;
}

export async function removeSandboxMessage(id: string, caller: Caller, ports: SandboxPorts): Promise<void> {
  const { sandbox } = ports.stores;
  const before = sandboxMessageView(found(await sandbox.one(caller.accountId, id, ownKind(caller))));
  requireDone((await sandbox.remove(caller.accountId, { id, ...ownKind(caller) })) > 0);
  await audit(caller, { action: 'sandbox.cleared', target: before.id, before }, ports);
}
