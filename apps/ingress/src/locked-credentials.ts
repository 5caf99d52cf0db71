import { createHash } from 'node:crypto';
import type { Log } from '@waybill/io/log/log';
import type { AuditEntry } from '@waybill/io/postgres/management/audit-log';
import { makeId, publicId } from '@waybill/relay/id';
import type { Credential } from '@waybill/relay/ports';
import { type Attempt, guessingLimits, type Lock } from './guessing.ts';

export type LockedDependencies = {
  readonly credentialByUsername: (username: string) => Promise<Credential | undefined>;
  readonly append: (entry: AuditEntry) => Promise<void>;
  readonly log: Pick<Log, 'warn'>;
};

const LOCKED_ACTION = 'credential.locked';
// Names under lock at a time. Beyond that the oldest is written down again, which the id of its entry makes harmless.
const MAX_NAMES = 1_000;

/** The same for every process and every alias of a credential within a period, so that one entry is written for all. */
function entryId({ id }: Credential, at: Date): string {
  const { windowMs } = guessingLimits;
  const period = Math.floor(at.getTime() / windowMs) * windowMs;
  return makeId(new Date(period), createHash('sha256').update(`locked ${id}`).digest());
}

const entryOf = (credential: Credential, { ip, username, at }: Attempt, { until }: Lock): AuditEntry => ({
  id: entryId(credential, at),
  accountId: credential.accountId,
  actor: 'waybill',
  action: LOCKED_ACTION,
  target: publicId('cred', credential.id),
  detail: { ip, username, until: until.toISOString(), reason: 'too many failed logins' },
  occurredAt: at,
});

/**
 * Tells the operator of every lock (log) and the account of its own (audit log): once for a lock, however often somebody
 * knocks meanwhile. An address that is locked for every name says nothing about the credential that it asked for last.
 */
export function lockedCredentials(dependencies: LockedDependencies): (attempt: Attempt, lock: Lock) => void {
  const told = new Map<string, number>();

  const isNews = ({ username, ip, at }: Attempt, { until, of }: Lock): boolean => {
    const name = of === 'user' ? username : ip;
    if ((told.get(name) ?? 0) > at.getTime()) return false;
    told.delete(name);
    told.set(name, until.getTime());
    const [oldest] = told.keys();
    if (told.size > MAX_NAMES && oldest !== undefined) told.delete(oldest);
    return true;
  };

  const write = async (attempt: Attempt, lock: Lock): Promise<void> => {
    const credential = await dependencies.credentialByUsername(attempt.username);
    if (credential !== undefined) await dependencies.append(entryOf(credential, attempt, lock));
  };

  return (attempt, lock) => {
    if (!isNews(attempt, lock)) return;
    const { username, ip } = attempt;
    dependencies.log.warn({ username, clientIp: ip, until: lock.until, lockOf: lock.of }, LOCKED_ACTION);
    if (lock.of !== 'user') return;
    // Not awaited: who is locked out is answered at once, and a record that fails costs nobody anything.
    write(attempt, lock).catch((err: unknown) =>
      dependencies.log.warn({ err, username }, 'lock not written down'),
    );
  };
}
