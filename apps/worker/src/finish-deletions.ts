/** Deletions of accounts: their mail stops at once, and when their time has come the accounts go, then their rows. */
import type { Log } from '@waybill/io/log/log';
import type { AccountErasure } from '@waybill/io/postgres/erasure/account-erasure';
import { publicId } from '@waybill/relay/id';
import { completeDeletion } from '@waybill/relay/management/account-deletion';
import { type AuditPorts, audit } from '@waybill/relay/management/audit';
import type { Ports } from '@waybill/relay/management/stores';

export type ErasurePorts = AuditPorts & {
  readonly accountErasure: Pick<AccountErasure, 'erasable' | 'eraseSlice' | 'finish'>;
  readonly log: Log;
};
export type DeletionPorts = Ports<'accounts'> & {
  readonly accountErasure: Pick<AccountErasure, 'stopping' | 'stopMail' | 'due'>;
  readonly log: Log;
};

async function forEach(
  ids: readonly string[],
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
  work: (id: string) => Promise<void>,
): Promise<void> {
  for (const id of ids) {
    if (signal.aborted) return;
    await work(id).catch((err: unknown) =>
      log.error({ err, accountId: id }, 'deletion of account: not this time'),
    );
  }
}

/** Every minute. */
export async function finishDeletions(ports: DeletionPorts, signal: AbortSignal): Promise<void> {
  const { accountErasure, stores, now, log } = ports;
  await forEach(await accountErasure.stopping(), { signal, log }, async (id) => {
    while (!signal.aborted && (await accountErasure.stopMail(id, now())));
  });
  await forEach(await accountErasure.due(now()), { signal, log }, async (id) => {
    await completeDeletion(id, ports);
    log.info({ accountId: id }, 'account deleted');
  });
  await stores.accounts.remindOfDeletion(now());
}

/** Every day. The audit log keeps the fact and the number of messages. */
export async function eraseDeleted(ports: ErasurePorts, signal: AbortSignal): Promise<number> {
  const { accountErasure, now, log } = ports;
  const ids = await accountErasure.erasable(now());
  await forEach(ids, { signal, log }, async (id) => {
    let messages = 0;
    for (let count = -1; count !== 0; messages += count) {
      if (signal.aborted) return;
      count = await accountErasure.eraseSlice(id);
    }
    await accountErasure.finish(id, now());
    const change = { action: 'account.erased', target: publicId('acc', id), after: { messages } };
    await audit({ actor: 'waybill', accountId: id }, change, ports);
  });
  return ids.length;
}
