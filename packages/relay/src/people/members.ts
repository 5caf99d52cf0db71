/** Members of an account and their roles. No caller gives or takes a role above its own, and the last owner stays. */
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found } from '../management/found.ts';
import { requireWithin, withScopes } from '../management/key-rights.ts';
import { accountOf } from '../management/principal.ts';
import { highestRoleOf, isRoleAtMost, type Role, scopesOfRole } from '../management/roles.ts';
import { Refusal } from '../refusal.ts';
import type { Own } from './me.ts';
import type { MemberRecord } from './records.ts';
import type { MemberChange, PeoplePorts } from './stores.ts';
import { memberView } from './views.ts';

type MemberPorts = PeoplePorts<'members'>;

function requireRoleAtMost(role: Role, caller: Caller): void {
  const limit = highestRoleOf(caller);
  if (!isRoleAtMost(role, limit))
    throw new Refusal('forbidden', {
      detail: `only an ${role === 'owner' ? 'owner' : 'admin'} gives or takes the role ${role}`,
    });
}

/** A member acts without the key, so a key gives only a role whose scopes it has, and none where it is limited. */
export function requireMayGive(role: Role, caller: Caller): void {
  requireRoleAtMost(role, caller);
  requireWithin(caller, withScopes(scopesOfRole[role]));
}

function requireChanged(change: MemberChange): void {
  if (change === 'last_owner')
    throw new Refusal('conflict', {
      detail: 'this is the last owner of the account; make another owner first',
    });
  found(change === 'missing' ? undefined : change);
}

export async function changeMember(
  { userId, role }: { readonly userId: string; readonly role: Role },
  caller: Caller,
  ports: MemberPorts,
): Promise<MemberRecord> {
  const { members } = ports.stores;
  const accountId = accountOf(caller);
  const before = found(await members.one(accountId, userId));
  requireRoleAtMost(before.role, caller);
  if (!isRoleAtMost(role, before.role)) requireMayGive(role, caller);
  requireChanged(await members.change(accountId, userId, role));
  const after = found(await members.one(accountId, userId));
  const states = { before: memberView(before), after: memberView(after) };
  await audit(caller, { action: 'member.changed', target: publicId('usr', userId), ...states }, ports);
  return after;
}

/** Any member leaves by itself. */
export async function leaveAccount(
  accountId: string,
  { userId, caller }: Own,
  ports: MemberPorts,
): Promise<void> {
  const { members } = ports.stores;
  const row = found(await members.one(accountId, userId));
  requireChanged(await members.remove(accountId, userId));
  const change = { action: 'member.left', target: publicId('usr', userId), before: memberView(row) };
  await audit({ ...caller, accountId }, change, ports);
}

/** The user stays, and loses this account at once. */
export async function removeMember(userId: string, caller: Caller, ports: MemberPorts): Promise<void> {
  const { members } = ports.stores;
  const accountId = accountOf(caller);
  const row = found(await members.one(accountId, userId));
  requireRoleAtMost(row.role, caller);
  requireChanged(await members.remove(accountId, userId));
  const before = memberView(row);
  await audit(caller, { action: 'member.removed', target: before.id, before }, ports);
}
