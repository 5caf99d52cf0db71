/** `waybill user …`: people who log in. `waybill operator create` makes an operator; members are invited by an account. */
import { foldedAddress } from '@waybill/mail/address';
import { parsePublicId } from '@waybill/relay/id';
import { changeUser } from '@waybill/relay/people/operators';
import type { UserRecord } from '@waybill/relay/people/records';
import { adminUserView } from '@waybill/relay/people/views';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;

export async function listUsers(session: Session, q: string | undefined): Promise<void> {
  const { users } = session.ports.stores;
  const rows: UserRecord[] = [];
  for (;;) {
    const after = rows.at(-1)?.id;
    const page = { limit: PAGE, ...(q !== undefined && { q }), ...(after !== undefined && { after }) };
    const more = await users.list(page);
    rows.push(...more);
    if (more.length < PAGE) break;
  }
  const views = rows.map(adminUserView);
  const lines = views.map(({ id, email, status, is_operator: operator, last_login_at: login }) => ({
    id,
    email,
    status,
    operator,
    login,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'There is no user.'));
}

async function found({ ports }: Session, text: string): Promise<UserRecord> {
  const { users } = ports.stores;
  const id = parsePublicId('usr', text);
  const row = id === undefined ? await users.byEmail(foldedAddress(text)) : await users.byId(id);
  if (row === undefined)
    throw new Error(`There is no user ${text}.\nFix: waybill user list shows the users.`);
  return row;
}

const show = (session: Session, row: UserRecord): void => {
  const view = adminUserView(row);
  session.print(view, details(view));
};

export const showUser = async (session: Session, text: string): Promise<void> =>
  show(session, await found(session, text));

async function setStatus(session: Session, text: string, status: 'active' | 'disabled'): Promise<void> {
  const { id } = await found(session, text);
  const by = { caller: session.caller(), userId: undefined };
  show(session, await changeUser({ id, isOperator: undefined, status }, by, session.ports));
}

export const disableUser = (session: Session, text: string): Promise<void> =>
  setStatus(session, text, 'disabled');
export const enableUser = (session: Session, text: string): Promise<void> =>
  setStatus(session, text, 'active');
