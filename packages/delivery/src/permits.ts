/**
 * How much goes on at a time, over all processes of the installation: transactions of an account, and sessions to a destination. So
 * one account cannot take the whole capacity, and more processes do not mean more connections to a host. ADR 26.
 */
import type { Permit, Permits } from '@waybill/relay/delivery/permits';
import {
  openSessionPool,
  type SessionPool,
  type SessionPoolSettings,
} from '@waybill/smtp-client/session-pool';
import { destinationOf } from '@waybill/smtp-client/target';

export type PermitPolicy = {
  /** The state that all processes share. */
  readonly permits: Permits;
  /** Transactions of one account at a time. */
  readonly perAccount: number;
  /** Sessions to one destination (host, port and source address) at a time, idle ones included. */
  readonly perDestination: number;
  /** How long a delivery waits for a permit, in milliseconds. Then it is put back, which is no attempt. */
  readonly waitMs: number;
};

/** For one transaction; `undefined`: none came free in time. */
export const takeAccountPermit = (
  { permits, perAccount, waitMs }: PermitPolicy,
  accountId: string,
): Promise<Permit | undefined> => permits.take([{ key: `account ${accountId}`, limit: perAccount }], waitMs);

const DESTINATION = 'destination ';

/** Sessions, each under a permit of its destination for as long as it is connected. Ends some when another process needs their permits. */
export function openPermittedSessions(
  { permits, perDestination, waitMs }: PermitPolicy,
  settings: Omit<SessionPoolSettings, 'limit'>,
): SessionPool {
  const pool = openSessionPool({
    ...settings,
    limit: {
      waitMs,
      permit: (target) =>
        permits.take([{ key: `${DESTINATION}${destinationOf(target)}`, limit: perDestination }], waitMs),
    },
  });
  permits.onWanted((key, count) => {
    if (key.startsWith(DESTINATION)) pool.endSessions(key.slice(DESTINATION.length), count);
  });
  return pool;
}
