import { publicId } from '../id.ts';
import { Refusal } from '../refusal.ts';
import { accountView, adminAccountView, type OperatorSettings } from './account-json.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
import { accountOf } from './principal.ts';
import type { AccountRecord, AccountSettings } from './records.ts';
import { smarthostToStore } from './smarthost-url.ts';
import type { Ports } from './stores.ts';

type AccountPorts = Ports<'accounts'>;

/** An account changes its own settings. `lenient` relays for unproven addresses under the platform's signature. */
export async function changeOwnAccount(
  settings: AccountSettings,
  caller: Caller,
  ports: AccountPorts,
): Promise<AccountRecord> {
  const { accounts } = ports.stores;
  if (settings.senderPolicy === 'lenient' && caller.kind !== 'operator')
    throw new Refusal('forbidden', { detail: 'only the operator sets sender_policy to lenient' });
  const id = accountOf(caller);
  const before = accountView(found(await accounts.one(id)));
  const row = found(await accounts.change(id, settings));
  // The route names no account, so the entry names none either.
  await audit(caller, { action: 'account.changed', target: '', before, after: accountView(row) }, ports);
  return row;
}

function settingsOf({ smarthost, ...settings }: OperatorSettings, current?: string): AccountSettings {
  const smarthostUrl = smarthostToStore(smarthost, current);
  return smarthostUrl === undefined ? settings : { ...settings, smarthostUrl: smarthostUrl ?? undefined };
}

/** The account gets a first stream, transactional. */
export async function createAccount(
  { name, ...settings }: OperatorSettings & { readonly name: string },
  caller: Caller,
  ports: AccountPorts,
): Promise<AccountRecord> {
  const ids = { id: newId(ports), streamId: newId(ports) };
  const account = { ...settingsOf(settings), ...ids, name, createdAt: ports.now() };
  const row = await ports.stores.accounts.create(account);
  const after = adminAccountView(row);
  await audit(caller, { action: 'account.created', target: after.id, after }, ports);
  return row;
}

type Asked = { readonly id: string; readonly caller: Caller; readonly action: string };

async function changed(
  { id, caller, action }: Asked,
  change: (before: AccountRecord) => Promise<AccountRecord | undefined>,
  ports: AccountPorts,
): Promise<AccountRecord> {
  const before = found(await ports.stores.accounts.one(id));
  const after = found(await change(before));
  const states = { before: adminAccountView(before), after: adminAccountView(after) };
  const masked = before.smarthostUrl === after.smarthostUrl ? [] : ['smarthost_url'];
  await audit(caller, { action, target: publicId('acc', id), ...states, masked }, ports);
  return after;
}

export const changeAccount = (
  { id, settings }: { readonly id: string; readonly settings: OperatorSettings },
  caller: Caller,
  ports: AccountPorts,
): Promise<AccountRecord> =>
  changed(
    { id, caller, action: 'account.changed' },
    ({ smarthostUrl }) => ports.stores.accounts.change(id, settingsOf(settings, smarthostUrl)),
    ports,
  );

/** Nothing more is accepted from the account, and its waiting mail is held. */
export const suspendAccount = (
  { id, reason }: { readonly id: string; readonly reason: string },
  caller: Caller,
  ports: AccountPorts,
): Promise<AccountRecord> =>
  changed(
    { id, caller, action: 'account.suspended' },
    async () =>
      (await ports.stores.accounts.suspend(id, reason)) ? ports.stores.accounts.one(id) : undefined,
    ports,
  );

export const resumeAccount = (id: string, caller: Caller, ports: AccountPorts): Promise<AccountRecord> =>
  changed(
    { id, caller, action: 'account.resumed' },
    async () => ((await ports.stores.accounts.resume(id)) ? ports.stores.accounts.one(id) : undefined),
    ports,
  );

/** Its keys and names stop working at once, and its networks and domains are free again. */
export async function removeAccount(id: string, caller: Caller, ports: AccountPorts): Promise<void> {
  const before = adminAccountView(found(await ports.stores.accounts.one(id)));
  requireDone(await ports.stores.accounts.remove(id, ports.now()));
  await audit(caller, { action: 'account.deleted', target: before.id, before }, ports);
}
