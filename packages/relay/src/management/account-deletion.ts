/** The deletion of an account, with a time in which it can be undone. A worker completes it. */
import { publicId } from '../id.ts';
import { Refusal } from '../refusal.ts';
import { adminAccountView } from './account-json.ts';
import { audit, type Caller } from './audit.ts';
import { found } from './found.ts';
import { accountOf } from './principal.ts';
import type { AccountRecord } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';

const day = 86_400_000;

type DeletionPorts = Ports<'accounts'>;

function requireOwner({ kind, role }: Caller): void {
  if (kind !== 'operator' && role !== 'owner')
    throw new Refusal('forbidden', { detail: 'only an owner does this, logged in' });
}

/** Keys and credentials refuse at once, and waiting mail is cancelled. */
export async function deleteAccount(
  { id, graceDays }: { readonly id: string; readonly graceDays: number },
  caller: Caller,
  ports: DeletionPorts,
): Promise<AccountRecord> {
  const { accounts } = ports.stores;
  const before = found(await accounts.one(id));
  const askedAt = ports.now();
  const deletesAt = new Date(askedAt.getTime() + graceDays * day);
  if (!(await accounts.beginDeletion(id, { askedAt, askedBy: caller.actor, deletesAt })))
    throw new Refusal('conflict', { detail: 'the account is being deleted already' });
  const after = found(await accounts.one(id));
  const states = { before: adminAccountView(before), after: adminAccountView(after) };
  await audit(
    caller,
    { action: 'account.deletion_requested', target: publicId('acc', id), ...states },
    ports,
  );
  return after;
}

/** An owner types the name of the account. The caller has checked the password. */
export async function deleteOwnAccount(
  { name, graceDays }: { readonly name: string; readonly graceDays: number },
  caller: Caller,
  ports: DeletionPorts,
): Promise<AccountRecord> {
  requireOwner(caller);
  const id = accountOf(caller);
  const account = found(await ports.stores.accounts.one(id));
  if (name.trim() !== account.name.trim()) throw faultAt('/name', 'is not the name of the account');
  return deleteAccount({ id, graceDays }, caller, ports);
}

export type Undeleted = { readonly account: AccountRecord; readonly cancelledDeliveries: number };

/** Keys work again. What the deletion cancelled stays cancelled. */
export async function undeleteAccount(id: string, caller: Caller, ports: DeletionPorts): Promise<Undeleted> {
  requireOwner(caller);
  const { accounts } = ports.stores;
  const before = found(await accounts.one(id));
  const cancelledDeliveries = await accounts.undoDeletion(id, ports.now());
  if (cancelledDeliveries === undefined)
    throw new Refusal('conflict', { detail: 'the account is not being deleted' });
  const account = found(await accounts.one(id));
  const states = {
    before: adminAccountView(before),
    after: { ...adminAccountView(account), cancelled_deliveries: cancelledDeliveries },
  };
  await audit(caller, { action: 'account.deletion_undone', target: publicId('acc', id), ...states }, ports);
  return { account, cancelledDeliveries };
}

/** After its time: keys are gone, networks and domains are free again. The rows are erased afterwards. */
export async function completeDeletion(id: string, ports: DeletionPorts): Promise<void> {
  const { accounts } = ports.stores;
  const before = await accounts.one(id);
  if (before === undefined || !(await accounts.remove(id, ports.now()))) return;
  const change = { action: 'account.deleted', target: publicId('acc', id), before: adminAccountView(before) };
  await audit({ actor: 'waybill', accountId: id }, change, ports);
}
