/** A login session begins. Its id is new at every login. */
import { publicId } from '../id.ts';
import { audit, newId, type View } from '../management/audit.ts';
import type { UserRecord } from './records.ts';
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

export type SessionPorts = PeoplePorts<'users' | 'loginSessions'> & {
  readonly makeSessionToken: () => MadeSecret;
};

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
  const after = loginSessionView(session, session.id);
  const caller = { actor: publicId('usr', user.id), accountId: undefined, ...(about && { about }) };
  await audit(caller, { action: 'login_session.created', target: after.id, after }, ports);
  return text;
}
