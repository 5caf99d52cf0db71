/** Saves a message that the sandbox MX received as the row that the API shows to the account. */
import { type KeyObject, randomBytes } from 'node:crypto';
import type { SandboxCatch } from '@waybill/io/postgres/mail-store/sandbox-store';
import { parseReturnPath } from '@waybill/mail/verp';
import { idOfBytes, makeId } from '@waybill/relay/id';
import type { Caught } from './mx-server.ts';

export type KeepDependencies = {
  readonly store: { save(caught: SandboxCatch): Promise<void> };
  readonly deliveries: { find(deliveryId: string): Promise<{ readonly accountId: string } | undefined> };
  readonly returnPathKeys: readonly KeyObject[];
  readonly now: () => Date;
};

/** The return path names the delivery and thereby the account. Only the operator sees mail that has another return path. */
async function owner({ deliveries, returnPathKeys }: KeepDependencies, mailFrom: string) {
  const bytes = parseReturnPath(mailFrom, returnPathKeys);
  if (!bytes) return {};
  const deliveryId = idOfBytes(bytes);
  const delivery = await deliveries.find(deliveryId);
  return delivery ? { deliveryId, accountId: delivery.accountId } : {};
}

export async function keep(dependencies: KeepDependencies, { tls, ...caught }: Caught): Promise<void> {
  const receivedAt = dependencies.now();
  await dependencies.store.save({
    ...caught,
    ...(await owner(dependencies, caught.mailFrom)),
    ...(tls === undefined ? {} : { tls }),
    id: makeId(receivedAt, randomBytes(10)),
    receivedAt,
  });
}
