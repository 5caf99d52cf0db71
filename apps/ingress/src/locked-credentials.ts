import { createHash } from 'node:crypto';
import { lruCache } from '@waybill/io/cache/lru-cache';
import type { Log } from '@waybill/io/log/log';
import { deriveId, makeId, publicId } from '@waybill/relay/id';
import type { AuditEntry } from '@waybill/relay/management/audit';
import type { AccountEvent, Credential } from '@waybill/relay/ports';
import { type Lock, type LoginAttempt, loginThrottleLimits } from './login-throttle.ts';

export type LockedDependencies = {
  readonly credentialByUsername: (username: string) => Promise<Credential | undefined>;
  readonly append: (entry: AuditEntry) => Promise<void>;
  /** Appends an event of the account to the outbox. */
  readonly tell: (event: AccountEvent) => Promise<void>;
  readonly log: Pick<Log, 'warn'>;
};

const LOCKED_ACTION = 'credential.locked';
// Locks whose record is remembered. A lock beyond that is recorded again, which is harmless because the id of its entry is derived.
const MAX_NAMES = 1_000;

/** The same id for every process and every alias of a credential within a period, so that one entry is written. */
function entryId({ id }: Credential, at: Date): string {
  const { windowMs } = loginThrottleLimits;
  const period = Math.floor(at.getTime() / windowMs) * windowMs;
  return makeId(new Date(period), createHash('sha256').update(`locked ${id}`).digest());
}

const entryOf = (
  credential: Credential,
  { ip, username, at }: LoginAttempt,
  { until }: Lock,
): AuditEntry => ({
  id: entryId(credential, at),
  accountId: credential.accountId,
  actor: 'waybill',
  action: LOCKED_ACTION,
  target: publicId('cred', credential.id),
  detail: { ip, username, until: until.toISOString(), reason: 'too many failed logins' },
  occurredAt: at,
});

/** Derived from the entry, so that one lock is one event over all processes. */
const eventOf = ({ id, occurredAt, detail = {} }: AuditEntry, credential: Credential): AccountEvent => ({
  id: deriveId(id, 'evt', 0),
  accountId: credential.accountId,
  type: 'credential.locked',
  occurredAt,
  detail: { credential_id: credential.id, ...detail },
});

/**
 * Logs every lock for the operator and records it in the audit log of the account, once for each lock. The lock of an address is not
 * recorded there, because it does not concern one credential.
 */
export function lockedCredentials(
  dependencies: LockedDependencies,
): (attempt: LoginAttempt, lock: Lock) => void {
  const recorded = lruCache<number>({ maxEntries: MAX_NAMES });

  const isNew = ({ username, ip, at }: LoginAttempt, { until, of }: Lock): boolean => {
    const name = of === 'user' ? username : ip;
    if ((recorded.get(name) ?? 0) > at.getTime()) return false;
    recorded.set(name, until.getTime());
    return true;
  };

  const write = async (attempt: LoginAttempt, lock: Lock): Promise<void> => {
    const credential = await dependencies.credentialByUsername(attempt.username);
    if (credential === undefined) return;
    const entry = entryOf(credential, attempt, lock);
    await dependencies.append(entry);
    await dependencies.tell(eventOf(entry, credential));
  };

  return (attempt, lock) => {
    if (!isNew(attempt, lock)) return;
    const { username, ip } = attempt;
    dependencies.log.warn({ username, clientIp: ip, until: lock.until, lockOf: lock.of }, LOCKED_ACTION);
    if (lock.of !== 'user') return;
    // Not awaited: the client gets its reply at once, and a record that fails changes nothing for it.
    write(attempt, lock).catch((err: unknown) =>
      dependencies.log.warn({ err, username }, 'lock not recorded'),
    );
  };
}
