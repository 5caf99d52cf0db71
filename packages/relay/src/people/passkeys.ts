/** Passkeys of a user (WebAuthn). A passkey verifies its user itself, so a login by it needs no password and no code. */
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import { isoOrNull } from '../management/or-null.ts';
import { Refusal } from '../refusal.ts';
import type { UserRecord } from './records.ts';
import { type Client, type SessionPorts, startSession } from './start-session.ts';
import type { PeoplePorts } from './stores.ts';

const CHALLENGE_MS = 300_000;

export type PasskeyRecord = {
  readonly id: string;
  readonly userId: string;
  /** base64url, as the browser names it. */
  readonly credentialId: string;
  /** COSE. */
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
};

export type NewPasskey = Omit<PasskeyRecord, 'lastUsedAt'>;

export type PasskeyStore = {
  list(userId: string): Promise<readonly PasskeyRecord[]>;
  byCredential(credentialId: string): Promise<PasskeyRecord | undefined>;
  create(passkey: NewPasskey): Promise<void>;
  /** `false`: a counter that does not grow shows a copied key. Keys that do not count stay at 0. */
  noteUse(id: string, counter: number, at: Date): Promise<boolean>;
  remove(userId: string, id: string): Promise<boolean>;
  saveChallenge(challenge: string, userId: string | undefined, expiresAt: Date): Promise<void>;
  /** Whether it was handed out to this user, or for a login. It is removed. */
  useChallenge(challenge: string, userId: string | undefined, now: Date): Promise<boolean>;
};

export type VerifiedPasskey = Pick<PasskeyRecord, 'credentialId' | 'publicKey' | 'counter' | 'transports'>;

/** What browsers are asked and answer is opaque here. */
export type PasskeyAnswer = Readonly<Record<string, unknown>> & { readonly id: string };
type Options = Readonly<Record<string, unknown>> & { readonly challenge: string };

export type PasskeyProtocol = {
  registrationOptions(user: UserRecord, known: readonly PasskeyRecord[]): Promise<Options>;
  loginOptions(): Promise<Options>;
  /** `undefined`: the answer proves nothing. `isIssued` uses the challenge up. */
  verifyRegistration(
    answer: PasskeyAnswer,
    isIssued: (challenge: string) => Promise<boolean>,
  ): Promise<VerifiedPasskey | undefined>;
  /** The counter after this use. */
  verifyLogin(
    answer: PasskeyAnswer,
    passkey: PasskeyRecord,
    isIssued: (challenge: string) => Promise<boolean>,
  ): Promise<number | undefined>;
};

type Ports = PeoplePorts<'users'> & {
  readonly stores: { readonly passkeys: PasskeyStore };
  readonly passkeyProtocol: PasskeyProtocol;
};

export const passkeyView = (
  row: Omit<PasskeyRecord, 'lastUsedAt'> & { readonly lastUsedAt?: Date | undefined },
) => ({
  id: publicId('psk', row.id),
  name: row.name,
  created_at: row.createdAt.toISOString(),
  last_used_at: isoOrNull(row.lastUsedAt),
});

const expiryOf = ({ now }: Pick<Ports, 'now'>): Date => new Date(now().getTime() + CHALLENGE_MS);

export async function beginPasskey(user: UserRecord, ports: Ports): Promise<Options> {
  const { passkeys } = ports.stores;
  const options = await ports.passkeyProtocol.registrationOptions(user, await passkeys.list(user.id));
  await passkeys.saveChallenge(options.challenge, user.id, expiryOf(ports));
  return options;
}

export async function addPasskey(
  { name, answer }: { readonly name: string; readonly answer: PasskeyAnswer },
  { user, caller }: { readonly user: UserRecord; readonly caller: Caller },
  ports: Ports,
): Promise<NewPasskey> {
  const { passkeys } = ports.stores;
  const verified = await ports.passkeyProtocol.verifyRegistration(answer, (challenge) =>
    passkeys.useChallenge(challenge, user.id, ports.now()),
  );
  if (verified === undefined)
    throw new Refusal('request_malformed', {
      detail: 'the answer of the passkey does not verify; begin again',
    });
  const row = { ...verified, id: newId(ports), userId: user.id, name, createdAt: ports.now() };
  await passkeys.create(row);
  const after = passkeyView(row);
  await audit(caller, { action: 'passkey.created', target: after.id, after }, ports);
  return row;
}

export async function removePasskey(
  id: string,
  { user, caller }: { readonly user: UserRecord; readonly caller: Caller },
  ports: Ports,
): Promise<void> {
  const { passkeys } = ports.stores;
  const row = found((await passkeys.list(user.id)).find((one) => one.id === id));
  requireDone(await passkeys.remove(user.id, id));
  const before = passkeyView(row);
  await audit(caller, { action: 'passkey.deleted', target: before.id, before }, ports);
}

export async function beginPasskeyLogin(ports: Ports): Promise<Options> {
  const options = await ports.passkeyProtocol.loginOptions();
  await ports.stores.passkeys.saveChallenge(options.challenge, undefined, expiryOf(ports));
  return options;
}

async function holderOf(answer: PasskeyAnswer, ports: Ports): Promise<UserRecord | undefined> {
  const { passkeys, users } = ports.stores;
  const passkey = await passkeys.byCredential(answer.id);
  if (passkey === undefined) return undefined;
  const counter = await ports.passkeyProtocol.verifyLogin(answer, passkey, (challenge) =>
    passkeys.useChallenge(challenge, undefined, ports.now()),
  );
  if (counter === undefined || !(await passkeys.noteUse(passkey.id, counter, ports.now()))) return undefined;
  const user = await users.byId(passkey.userId);
  return user?.disabledAt === undefined ? user : undefined;
}

/** One answer for every reason. */
export async function logInByPasskey(
  answer: PasskeyAnswer,
  client: Client,
  ports: Ports & SessionPorts,
): Promise<{ readonly userId: string; readonly token: string }> {
  const user = await holderOf(answer, ports);
  if (user === undefined)
    throw new Refusal('authentication_failed', { detail: 'the passkey does not verify' });
  return { userId: user.id, token: await startSession(user, client, ports) };
}
