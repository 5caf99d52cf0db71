/** Whether what was verified still stands in DNS. A domain that lost its record is degraded: it goes on signing, and says so. */
import type { Log } from '@waybill/io/log/log';
import { type SenderDomain, type VerifyPorts, verifyDomain } from '@waybill/relay/domains/verify-domain';

type Domain = SenderDomain & { readonly checkedAt: Date | undefined };

export type RecheckPorts = Omit<VerifyPorts<Domain>, 'senderDomains'> & {
  readonly senderDomains: VerifyPorts<Domain>['senderDomains'] & {
    /** Of every account, newest first. */
    all(page: { readonly limit: number; readonly after?: string }): Promise<readonly Domain[]>;
  };
  readonly log: Log;
};

export type Rechecked = { readonly checked: number; readonly changed: number; readonly failed: number };

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

async function recheck(row: Domain, ports: RecheckPorts): Promise<'same' | 'changed' | 'failed'> {
  const { id: domainId, domain, accountId } = row;
  try {
    const after = await verifyDomain(row, ports);
    if (after === undefined || after.status === row.status) return 'same';
    ports.log.warn(
      { domainId, domain, accountId, before: row.status, after: after.status },
      'domain changed',
    );
    return 'changed';
  } catch (err) {
    ports.log.warn({ err, domainId, domain, accountId }, 'domain not checked');
    return 'failed';
  }
}

export async function recheckDomains(ports: RecheckPorts, signal: AbortSignal): Promise<Rechecked> {
  const done = { same: 0, changed: 0, failed: 0 };
  let after: string | undefined;
  while (!signal.aborted) {
    const page = await ports.senderDomains.all({ limit: AT_A_TIME, ...(after !== undefined && { after }) });
    const due = page.filter((row) => isDue(row, ports.now()));
    for (const outcome of await Promise.all(due.map((row) => recheck(row, ports)))) done[outcome] += 1;
    after = page.at(-1)?.id;
    if (after === undefined || page.length < AT_A_TIME) break;
  }
  return { checked: done.same + done.changed, changed: done.changed, failed: done.failed };
}
