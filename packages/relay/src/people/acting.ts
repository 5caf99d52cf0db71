/** An operator of the platform acts inside an account: for an hour, with a reason that the account's audit log shows. */
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found } from '../management/found.ts';
import { Refusal } from '../refusal.ts';
import type { Acting, OpenSession } from './records.ts';
import type { PeoplePorts } from './stores.ts';
import { actingView } from './views.ts';

const ACTING_MS = 3_600_000;

type ActingPorts = PeoplePorts<'loginSessions'> & {
  readonly stores: { readonly accounts: { one(id: string): Promise<{ readonly id: string } | undefined> } };
};

export type Actor = Pick<OpenSession, 'session' | 'user' | 'acting'> & { readonly caller: Caller };

/** Both names: the entry of the account's log shows who acts, and the account in which. */
const inAccount = ({ caller, user }: Actor, accountId: string, reason: string): Caller => ({
  ...caller,
  accountId,
  about: { ...caller.about, operator: user.email, acting_reason: reason },
});

export async function startActing(
  { accountId, reason }: Pick<Acting, 'accountId' | 'reason'>,
  actor: Actor,
  ports: ActingPorts,
): Promise<Acting> {
  if (!actor.user.isOperator)
    throw new Refusal('forbidden', { detail: 'only an operator of the platform acts inside an account' });
  found(await ports.stores.accounts.one(accountId));
  const acting = { accountId, reason, until: new Date(ports.now().getTime() + ACTING_MS) };
  await ports.stores.loginSessions.act(actor.session.id, acting);
  const after = actingView(acting);
  const change = { action: 'acting.started', target: publicId('acc', accountId), after };
  await audit(inAccount(actor, accountId, reason), change, ports);
  return acting;
}

export async function endActing(actor: Actor, ports: PeoplePorts<'loginSessions'>): Promise<void> {
  const { acting } = actor;
  if (acting === undefined) return;
  await ports.stores.loginSessions.act(actor.session.id, undefined);
  const change = {
    action: 'acting.ended',
    target: publicId('acc', acting.accountId),
    before: actingView(acting),
  };
  await audit(inAccount(actor, acting.accountId, acting.reason), change, ports);
}
