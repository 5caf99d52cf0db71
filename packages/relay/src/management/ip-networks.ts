/** Networks that authenticate clients by address: those of an account, and trusted relays of the operator. docs/reliability.md S03. */
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { requireWithin, submitting } from './key-rights.ts';
import { requireNarrow, requireOwnNetwork } from './network-rules.ts';
import { accountOf } from './principal.ts';
import type { IpNetworkRecord } from './records.ts';
import type { Ports } from './stores.ts';

type NetworkPorts = Ports<'ipNetworks'>;

export const networkView = (row: IpNetworkRecord) => ({
  id: publicId('net', row.id),
  cidr: row.cidr,
  shared: row.shared,
  label: row.label,
  created_at: row.createdAt.toISOString(),
});

export type AskedNetwork = Pick<IpNetworkRecord, 'cidr' | 'shared' | 'label'> & {
  /** A very wide network must be confirmed. */
  readonly isConfirmed: boolean;
};

type Owner = { readonly accountId?: string; readonly mayOverlap?: boolean };

async function create(
  { asked, owner }: { readonly asked: AskedNetwork; readonly owner: Owner },
  { caller, action }: { readonly caller: Caller; readonly action: string },
  ports: NetworkPorts,
): Promise<IpNetworkRecord> {
  const { isConfirmed, ...network } = asked;
  requireNarrow(network.cidr, isConfirmed);
  const made = { ...network, ...owner, id: newId(ports), createdAt: ports.now() };
  const row = await ports.stores.ipNetworks.create(made);
  const after = networkView(row);
  await audit(caller, { action, target: after.id, after }, ports);
  return row;
}

/** The operator registers any network for an account; the account only a public and narrow one that overlaps with no other. */
export async function createNetwork(
  asked: AskedNetwork,
  caller: Caller,
  ports: NetworkPorts,
): Promise<IpNetworkRecord> {
  requireWithin(caller, { ...submitting, networks: [asked.cidr] });
  const mayOverlap = caller.kind === 'operator';
  if (!mayOverlap) requireOwnNetwork(asked.cidr);
  const owner = { accountId: accountOf(caller), mayOverlap };
  return create({ asked, owner }, { caller, action: 'ip_network.created' }, ports);
}

export async function removeNetwork(id: string, caller: Caller, ports: NetworkPorts): Promise<void> {
  const before = networkView(found(await ports.stores.ipNetworks.remove(accountOf(caller), id)));
  await audit(caller, { action: 'ip_network.deleted', target: before.id, before }, ports);
}

/** A network that may submit mail for every account. */
export const trustRelay = (
  asked: AskedNetwork,
  caller: Caller,
  ports: NetworkPorts,
): Promise<IpNetworkRecord> =>
  create({ asked, owner: {} }, { caller, action: 'trusted_relay.created' }, ports);

export async function distrustRelay(id: string, caller: Caller, ports: NetworkPorts): Promise<void> {
  const before = networkView(found(await ports.stores.ipNetworks.remove(undefined, id)));
  await audit(caller, { action: 'trusted_relay.deleted', target: before.id, before }, ports);
}
