/** The user of a development installation: owner of the first demo account and operator, with a password and without a second factor. */
import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { members } from '@waybill/io/postgres/people/members';
import { userLinks } from '@waybill/io/postgres/people/user-links';
import { users } from '@waybill/io/postgres/people/users';
import { makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { makeLinkToken } from '@waybill/io/secrets/link-token';
import { openPasswordHashes } from '@waybill/io/secrets/password-hash';
import { makeId, parsePublicId } from '@waybill/relay/id';
import type { UserRecord } from '@waybill/relay/people/records';
import type { DevFile } from './dev-file.ts';

const EMAIL = 'owner@acme.test';
const SIGN_IN_MS = 86_400_000;

type Place = {
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  /** The URL of the API. */
  readonly url: string;
  /** The public id of the first demo account. */
  readonly accountId: string;
};

export type DevUser = {
  readonly dashboard: DevFile['dashboard'];
  /** Signs in once, from this machine. A secret: it is printed and in no file. */
  readonly signInUrl: string;
};

async function ensureUser(database: Database): Promise<UserRecord> {
  const createdAt = new Date();
  const known = await users(database).byEmail(EMAIL);
  if (known !== undefined) return known;
  const id = makeId(createdAt, randomBytes(10));
  return users(database).create({ id, email: EMAIL, name: 'Owner (demo)', isOperator: true, createdAt });
}

/** The password of an earlier start, if it still works; else a new one. */
async function ensurePassword(
  database: Database,
  user: UserRecord,
  { masterKey, known }: { readonly masterKey: Buffer; readonly known: string | undefined },
): Promise<string> {
  const hashes = openPasswordHashes(deriveKeys(masterKey).passwords);
  if (known !== undefined && (await hashes.matches(known, user.passwordHash))) return known;
  const password = makeSmtpSecret().text;
  await users(database).change(user.id, { passwordHash: await hashes.hash(password) });
  return password;
}

async function signInLink(database: Database, userId: string, url: string): Promise<string> {
  const { text, secretHash: tokenHash } = makeLinkToken();
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + SIGN_IN_MS);
  await userLinks(database).create({ tokenHash, userId, purpose: 'sign_in', createdAt, expiresAt });
  return `${url}/sign-in/${text}`;
}

export async function ensureDevUser(
  { databaseUrl, masterKey, url, accountId }: Place,
  before: DevFile['dashboard'] | undefined,
): Promise<DevUser> {
  const database = openDatabase({ url: databaseUrl, applicationName: 'waybill dev', poolSize: 1 });
  try {
    const user = await ensureUser(database);
    const password = await ensurePassword(database, user, { masterKey, known: before?.password });
    const account = parsePublicId('acc', accountId) ?? '';
    await members(database).add(account, { userId: user.id, role: 'owner', createdAt: new Date() });
    return {
      dashboard: { url: `${url}/app/`, email: EMAIL, password },
      signInUrl: await signInLink(database, user.id, url),
    };
  } finally {
    await database.close();
  }
}
