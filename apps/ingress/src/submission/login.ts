import { setTimeout as wait } from 'node:timers/promises';
import { isInNetworks } from '@waybill/relay/domains/networks';
import type { Credential } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { API_KEY_USER, countedNameOf } from '../api-key-login.ts';
import type { Session } from './session.ts';

/** A client that named its credential and has not yet proved it. */
export type Candidate = {
  readonly mechanism: string;
  /** The name under which failures are counted. */
  readonly username: string;
  readonly credential: Credential | undefined;
  readonly startedAt: Date;
  /** Hash of the secret, where the client sent the secret. SCRAM and CRAM-MD5 prove the newest one. */
  readonly secretHash?: Buffer;
};

type Claim = {
  readonly mechanism: string;
  readonly username: string;
  /** The secret, which for the user `apikey` names the key as well. */
  readonly apiKey?: string;
  /** Names the credential in place of the user name. */
  readonly certificate?: string | undefined;
};

const MAX_FAILURES_PER_CONNECTION = 5;

async function lookUp({ dependencies }: Session, claim: Claim): Promise<Credential | undefined> {
  const { username, apiKey, certificate } = claim;
  if (claim.mechanism === 'EXTERNAL')
    return certificate === undefined
      ? undefined
      : dependencies.directory.credentialByCertificate(certificate);
  return username === API_KEY_USER && apiKey !== undefined
    ? dependencies.credentialOfApiKey(apiKey)
    : dependencies.directory.credentialByUsername(username);
}

/** A locked attempt is refused without a look-up. While the directory is away the reply is 454, and the client keeps its password. RFC 4954 §6. */
export async function findCandidate(session: Session, claim: Claim): Promise<Candidate> {
  const { dependencies, client } = session;
  const { mechanism } = claim;
  const username = countedNameOf(claim.username, claim.apiKey);
  const startedAt = dependencies.now();
  const attempt = { ip: client.ip, username, at: startedAt };
  const lock = await dependencies.loginThrottle.lockOf(attempt);
  if (lock !== undefined) {
    dependencies.onLocked(attempt, lock);
    throw new Refusal('too_many_failures', { retryAt: lock.until });
  }
  try {
    return { mechanism, username, credential: await lookUp(session, claim), startedAt };
  } catch (cause) {
    throw new Refusal('authentication_unavailable', { cause });
  }
}

/** Logs the session in, or refuses with the same words after the same time for every reason. RFC 4954 §9. */
export async function concludeLogin(
  session: Session,
  candidate: Candidate,
  isProven: boolean,
): Promise<void> {
  const { credential, mechanism } = candidate;
  if (credential === undefined || !isProven) throw await failure(session, candidate);
  const { dependencies, client } = session;
  dependencies.loginThrottle.succeeded({
    ip: client.ip,
    username: candidate.username,
    at: dependencies.now(),
  });
  if (credential.networks.length > 0 && !isInNetworks(credential.networks, client.ip)) {
    throw new Refusal('network_not_allowed');
  }
  const release = session.isClosed
    ? undefined
    : dependencies.accountSessions.tryAcquire(credential.accountId);
  if (!release) throw new Refusal('too_many_connections');
  const newest = mechanism === 'EXTERNAL' ? undefined : credential.secretHashes[0];
  session.login = { credential, mechanism, secretHash: candidate.secretHash ?? newest, release };
  dependencies.onLogin(credential, client.ip);
}

/** The delay counts from the start of the attempt, because the time of the look-up depends on whether the name exists. */
async function failure(session: Session, { username, startedAt }: Candidate): Promise<Refusal> {
  const { dependencies, client } = session;
  session.failures += 1;
  const delayMs = await dependencies.loginThrottle.failed({
    ip: client.ip,
    username,
    at: dependencies.now(),
  });
  const elapsedMs = dependencies.now().getTime() - startedAt.getTime();
  await wait(Math.max(0, delayMs - elapsedMs), undefined, { ref: false });
  return new Refusal(
    session.failures >= MAX_FAILURES_PER_CONNECTION ? 'too_many_failures' : 'authentication_failed',
  );
}

export function logOut(session: Session): void {
  session.login?.release();
  session.login = undefined;
}
