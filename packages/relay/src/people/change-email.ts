/** The address of a user changes once the mailbox of the new one confirms it. */
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import type { UserRecord } from './records.ts';
import type { MadeSecret, PeoplePorts } from './stores.ts';

const day = 86_400_000;

/** What the caller mails. To an address that another user has, no link is mailed. */
export type AskedEmail = {
  readonly from: string;
  readonly to: string;
  readonly isTaken: boolean;
  readonly token: string;
};

type AskPorts = PeoplePorts<'users' | 'userLinks'> & { readonly makeLinkToken: () => MadeSecret };

/**
 * Makes the link. An address of another user is treated alike, so that no answer shows which addresses have users. The present address
 * ends a change that was asked for.
 */
export async function askEmail(
  { id: userId, email: from }: UserRecord,
  to: string,
  ports: AskPorts,
): Promise<AskedEmail | undefined> {
  const { users, userLinks } = ports.stores;
  if (to === from) {
    await userLinks.end(userId, 'email');
    return undefined;
  }
  const isTaken = (await users.byEmail(to)) !== undefined;
  const { text: token, secretHash: tokenHash } = ports.makeLinkToken();
  const createdAt = ports.now();
  const expiresAt = new Date(createdAt.getTime() + day);
  await userLinks.create({ tokenHash, userId, purpose: 'email', email: to, createdAt, expiresAt });
  return { from, to, isTaken, token };
}

export type Confirmation = {
  readonly tokenHash: Buffer;
  /** The login session of the request, if any. */
  readonly open: { readonly userId: string; readonly sessionId: string } | undefined;
} & Pick<Caller, 'about'>;

/** Every other login session of the user ends, and every link that the address before could have got. */
export async function confirmEmail(
  { tokenHash, open, about }: Confirmation,
  ports: PeoplePorts<'users' | 'userLinks' | 'loginSessions'>,
): Promise<{ readonly before: string; readonly after: string }> {
  const { users, userLinks, loginSessions } = ports.stores;
  const { userId, email: after } = found(await userLinks.pendingEmail(tokenHash, ports.now()));
  const { email: before } = found(await users.byId(userId));
  requireDone(await userLinks.applyEmail(tokenHash, ports.now()));
  await loginSessions.endAll(userId, open?.userId === userId ? open.sessionId : undefined);
  const actor = publicId('usr', userId);
  const caller = { actor, accountId: undefined, ...(about && { about }) };
  const states = { before: { email: before }, after: { email: after } };
  await audit(caller, { action: 'user.email_changed', target: actor, ...states }, ports);
  return { before, after };
}
