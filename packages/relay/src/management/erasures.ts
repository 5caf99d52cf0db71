/** Erases one recipient from everything that an account has stored. ADR 39. */
import type { KeyObject } from 'node:crypto';
import { erasedKeyOf } from '../delivery/erased-address.ts';
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { isoOrNull } from './or-null.ts';
import { accountOf } from './principal.ts';
import type { ErasureRecord } from './records.ts';
import type { Ports } from './stores.ts';

export type ErasurePorts = Ports<'erasures'> & { readonly erasedKey: KeyObject };

export const erasureView = (row: ErasureRecord) => ({
  id: publicId('era', row.id),
  status: row.completedAt === undefined ? ('pending' as const) : ('completed' as const),
  address_key: row.addressKey,
  requested_by: row.requestedBy,
  requested_at: row.requestedAt.toISOString(),
  completed_at: isoOrNull(row.completedAt),
  report: { ...row.report },
});

/** The entry of the audit log names the erasure, never the address. */
export async function eraseRecipient(
  foldedAddress: string,
  caller: Caller,
  ports: ErasurePorts,
): Promise<ErasureRecord> {
  const { erasures } = ports.stores;
  const accountId = accountOf(caller);
  const id = newId(ports);
  await erasures.create({
    id,
    accountId,
    address: foldedAddress,
    addressKey: erasedKeyOf(ports.erasedKey, accountId, foldedAddress),
    requestedBy: caller.actor,
    requestedAt: ports.now(),
  });
  const { address_key } = erasureView(found(await erasures.one(accountId, id)));
  const change = { action: 'recipient.erased', target: publicId('era', id), after: { address_key } };
  await audit(caller, change, ports);
  await erasures.work(id, ports.now());
  return found(await erasures.one(accountId, id));
}
