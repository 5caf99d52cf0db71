/** Users as the operator of the platform manages them. */
import { foldedAddress } from '@waybill/mail/address';
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from '../management/audit.ts';
import { found } from '../management/found.ts';
import { Refusal } from '../refusal.ts';
import { makePasswordLink } from './password-links.ts';
import type { UserRecord } from './records.ts';
import type { MadeSecret, PeoplePorts } from './stores.ts';
import { adminUserView } from './views.ts';

type OperatorPorts = PeoplePorts<'users' | 'userLinks'> & { readonly makeLinkToken: () => MadeSecret };

async function operatorOf(email: string, caller: Caller, ports: OperatorPorts): Promise<UserRecord> {
  const { users } = ports.stores;
  const known = await users.byEmail(email);
  const row =
    known === undefined
      ? await users.create({ id: newId(ports), email, name: email, isOperator: true, createdAt: ports.now() })
      : found(await users.change(known.id, { isOperator: true, disabledAt: undefined }));
  const states = { ...(known && { before: adminUserView(known) }), after: adminUserView(row) };
  await audit(caller, { action: 'operator.created', target: publicId('usr', row.id), ...states }, ports);
  return row;
}

/** A new operator of the platform, or a user who becomes one, with the token of a link that sets the password. */
export async function createOperator(
  address: string,
  caller: Caller,
  ports: OperatorPorts,
): Promise<{ readonly row: UserRecord; readonly token: string }> {
  const row = await operatorOf(foldedAddress(address), caller, ports);
  return { row, token: await makePasswordLink(row.id, ports) };
}

type UserPorts = PeoplePorts<'users' | 'loginSessions'>;

export type AskedUserChange = {
  readonly id: string;
  readonly isOperator: boolean | undefined;
  readonly status: 'active' | 'disabled' | undefined;
};

/** A disabled user is logged out and cannot log in. */
export async function changeUser(
  { id, isOperator, status }: AskedUserChange,
  { caller, userId }: { readonly caller: Caller; readonly userId: string | undefined },
  ports: UserPorts,
): Promise<UserRecord> {
  const { users, loginSessions } = ports.stores;
  const before = found(await users.byId(id));
  if (userId === id) throw new Refusal('conflict', { detail: 'another operator must do this to you' });
  const after = found(
    await users.change(id, {
      ...(isOperator === undefined ? {} : { isOperator }),
      ...(status === undefined ? {} : { disabledAt: status === 'disabled' ? ports.now() : undefined }),
    }),
  );
  if (status === 'disabled') await loginSessions.endAll(id);
  const states = { before: adminUserView(before), after: adminUserView(after) };
  await audit(caller, { action: 'user.changed', target: publicId('usr', id), ...states }, ports);
  return after;
}
