/**
 * Whether what was verified still stands in DNS. A domain that lost its record is degraded: it goes on signing, and events say so. Keys
 * that are to be renewed once a year are renewed here.
 */
import type { Log } from '@waybill/io/log/log';
import { isRotationDue } from '@waybill/relay/domains/dkim-rotation';
import type { DomainDns } from '@waybill/relay/domains/domain-dns';
import { verifyDomain } from '@waybill/relay/domains/verify-domain';
import type { Caller } from '@waybill/relay/management/audit';
import { type RotationPorts, rotateDkim } from '@waybill/relay/management/domains';
import { adminScope } from '@waybill/relay/management/permissions';
import type { SenderDomainRecord } from '@waybill/relay/management/records';

type Domain = SenderDomainRecord;

export type RecheckPorts = RotationPorts & {
  readonly stores: {
    readonly senderDomains: {
      /** Of every account, newest first. */
      all(page: { readonly limit: number; readonly after?: string }): Promise<readonly Domain[]>;
    };
  };
  readonly lookUp: DomainDns;
  readonly log: Log;
};

export type Rechecked = {
  readonly checked: number;
  readonly changed: number;
  readonly failed: number;
  readonly rotated: number;
};

/** Asked at a time: a name server that does not answer holds up this many only. */
const AT_A_TIME = 10;
/** Several workers, and a worker that starts often, ask once a day together. */
const FRESH_MS = 20 * 60 * 60_000;

/**
 * The installation's own is the operator's to see to, and one that never was verified waits for its owner. A degraded one
 * is asked again, so that it recovers by itself.
 */
const isDue = ({ accountId, status, checkedAt }: Domain, now: Date): boolean =>
  accountId !== undefined &&
  status !== 'pending' &&
  (checkedAt === undefined || now.getTime() - checkedAt.getTime() >= FRESH_MS);

/** The product itself, in the audit log. */
const productIn = (accountId: string | undefined): Caller => ({
  kind: 'operator',
  actor: 'yearly rotation',
  accountId,
  scopes: [adminScope],
});

/** Begins the rotation. The keys switch at a later check, when DNS shows the new ones. */
async function rotate(row: Domain, ports: RecheckPorts): Promise<boolean> {
  if (!isRotationDue(row, ports.now())) return false;
  await rotateDkim(row.id, productIn(row.accountId), ports);
  return true;
}

type Outcome = { readonly state: 'same' | 'changed' | 'failed'; readonly isRotated: boolean };

async function recheck(row: Domain, ports: RecheckPorts): Promise<Outcome> {
  const { id: domainId, domain, accountId } = row;
  try {
    const isRotated = await rotate(row, ports);
    const after = await verifyDomain(row, { ...ports, senderDomains: ports.stores.senderDomains });
    if (after === undefined || after.status === row.status) return { state: 'same', isRotated };
    ports.log.warn(
      { domainId, domain, accountId, before: row.status, after: after.status },
      'domain changed',
    );
    return { state: 'changed', isRotated };
  } catch (err) {
    ports.log.warn({ err, domainId, domain, accountId }, 'domain not checked');
    return { state: 'failed', isRotated: false };
  }
}

export async function recheckDomains(ports: RecheckPorts, signal: AbortSignal): Promise<Rechecked> {
  const done = { same: 0, changed: 0, failed: 0, rotated: 0 };
  let after: string | undefined;
  while (!signal.aborted) {
    const page = await ports.stores.senderDomains.all({
      limit: AT_A_TIME,
      ...(after !== undefined && { after }),
    });
    const due = page.filter((row) => isDue(row, ports.now()));
    for (const { state, isRotated } of await Promise.all(due.map((row) => recheck(row, ports)))) {
      done[state] += 1;
      done.rotated += Number(isRotated);
    }
    after = page.at(-1)?.id;
    if (after === undefined || page.length < AT_A_TIME) break;
  }
  const { same, changed, failed, rotated } = done;
  return { checked: same + changed, changed, failed, rotated };
}
