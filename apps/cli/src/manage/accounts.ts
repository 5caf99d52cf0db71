/** `waybill account …` */
import { deleteAccount, undeleteAccount } from '@waybill/relay/management/account-deletion';
import { adminAccountView } from '@waybill/relay/management/account-json';
import { createAccount, resumeAccount, suspendAccount } from '@waybill/relay/management/accounts';
import type { AccountRecord } from '@waybill/relay/management/records';
import { details, table } from './output.ts';
import { accountNamed, type Session } from './session.ts';

const PAGE = 100;

async function everyAccount({ ports }: Session, q: string | undefined): Promise<readonly AccountRecord[]> {
  const found: AccountRecord[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = { limit: PAGE, ...(q !== undefined && { q }), ...(after !== undefined && { after }) };
    const rows = await ports.stores.accounts.list(page);
    found.push(...rows);
    if (rows.length < PAGE) return found;
  }
}

export async function listAccounts(session: Session, q: string | undefined): Promise<void> {
  const views = (await everyAccount(session, q)).map(adminAccountView);
  const lines = views.map(({ id, name, status, suspended_reason: reason, created_at: created }) => ({
    id,
    name,
    status,
    reason,
    created,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'There is no account.'));
}

const show = (session: Session, row: AccountRecord): void => {
  const view = adminAccountView(row);
  session.print(view, details(view));
};

export const showAccount = async (session: Session, name: string): Promise<void> =>
  show(session, await accountNamed(name, session.ports));

export const addAccount = async (session: Session, name: string): Promise<void> =>
  show(session, await createAccount({ name, smarthost: undefined }, session.caller(), session.ports));

export async function stopAccount(
  session: Session,
  { name, reason }: { readonly name: string; readonly reason: string },
): Promise<void> {
  const { id } = await accountNamed(name, session.ports);
  show(session, await suspendAccount({ id, reason }, session.caller(), session.ports));
}

export async function letAccountGoOn(session: Session, name: string): Promise<void> {
  const { id } = await accountNamed(name, session.ports);
  show(session, await resumeAccount(id, session.caller(), session.ports));
}

export async function dropAccount(
  session: Session,
  { name, graceDays }: { readonly name: string; readonly graceDays: number | undefined },
): Promise<void> {
  const { id } = await accountNamed(name, session.ports);
  const asked = { id, graceDays: graceDays ?? session.ports.deletionGraceDays };
  show(session, await deleteAccount(asked, session.caller(), session.ports));
}

export async function keepAccount(session: Session, name: string): Promise<void> {
  const { id } = await accountNamed(name, session.ports);
  const { account, cancelledDeliveries } = await undeleteAccount(id, session.caller(), session.ports);
  const view = { ...adminAccountView(account), cancelled_deliveries: cancelledDeliveries };
  session.print(view, details(view));
}
