/** A login session begins. Its id is new at every login. */
import { PLATFORM_ACCOUNT_ID } from '../domains/sender-standing.ts';
import { publicId } from '../id.ts';
import { audit, newId, type View } from '../management/audit.ts';
import type { Outbox } from '../ports.ts';
import { agentFamily } from './agent-family.ts';
import type { LoginSessionRecord, UserRecord } from './records.ts';
import type { MadeSecret, PeoplePorts } from './stores.ts';
import { loginSessionView } from './views.ts';

const day = 86_400_000;
/** However much it is used. */
export const SESSION_MS = 14 * day;
/** Without a request. */
export const SESSION_IDLE_MS = day;

const MAX_AGENT_LENGTH = 300;

/** Where the request comes from. */
export type Client = { readonly ip: string; readonly agent: string; readonly about?: View };

export type SessionPorts = PeoplePorts<'users' | 'loginSessions' | 'loginOrigins'> & {
  readonly stores: { readonly outbox: Outbox };
  readonly makeSessionToken: () => MadeSecret;
};

/**
 * A login from a network or a program that the user did not use before is an event in each of its accounts. A user without an account
 * has it in the account of the platform, so that the notice goes to it too.
 */
async function reportNewOrigin(
  { id, userId, ip, agent, createdAt: at }: LoginSessionRecord,
  { stores }: SessionPorts,
): Promise<void> {
  const news = await stores.loginOrigins.note(userId, { ip, agentFamily: agentFamily(agent), at });
  if (news.length === 0) return;
  const accounts = await stores.users.accountsOf(userId);
  const ids = accounts.length === 0 ? [PLATFORM_ACCOUNT_ID] : accounts.map(({ accountId }) => accountId);
  const detail = { userId, ip, agent, loginSessionId: publicId('ses', id), new: news.join(', ') };
  await stores.outbox.append(
    ...ids.map((accountId) => ({ accountId, type: 'user.new_login' as const, occurredAt: at, detail })),
  );
}

/** The token of the cookie. Only its hash is stored. */
export async function startSession(
  user: Pick<UserRecord, 'id'>,
  { ip, agent, about }: Client,
  ports: SessionPorts,
): Promise<string> {
  const { text, secretHash: tokenHash } = ports.makeSessionToken();
  const createdAt = ports.now();
  const session = await ports.stores.loginSessions.create({
    id: newId(ports),
    userId: user.id,
    tokenHash,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + SESSION_MS),
    ip,
    agent: agent.slice(0, MAX_AGENT_LENGTH),
  });
  await ports.stores.users.noteLogin(user.id, createdAt);
  await reportNewOrigin(session, ports);
  const after = loginSessionView(session, session.id);
  const caller = { actor: publicId('usr', user.id), accountId: undefined, ...(about && { about }) };
  await audit(caller, { action: 'login_session.created', target: after.id, after }, ports);
  return text;
}
