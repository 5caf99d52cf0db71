import { idParams } from '@waybill/contract/id';
import { ipNetwork, ipNetworkBody } from '@waybill/contract/ip-network';
import { listOf, listQuery } from '@waybill/contract/list';
import type { IpNetworkRecord } from '@waybill/io/postgres/ip-networks';
import { publicId } from '@waybill/relay/id';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { readNetwork, requireNarrow, requireOwnNetwork } from '../networks.ts';
import { accountOf, found, newId, principalOf } from '../request.ts';
import type { App, World } from '../world.ts';

const LIST = 'ip-networks';

export const networkView = (row: IpNetworkRecord): z.output<typeof ipNetwork> => ({
  id: publicId('net', row.id),
  cidr: row.cidr,
  shared: row.shared,
  label: row.label,
  created_at: row.createdAt.toISOString(),
});

export function ipNetworkRoutes(app: App, world: World): void {
  const { ipNetworks } = world.stores;
  const tags = ['Credentials'];
  app.get(
    '/v1/ip-networks',
    {
      schema: {
        summary: 'Networks that authenticate by address',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(ipNetwork) }),
      },
      config: { scope: 'credentials:read' },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: world.cursors.read(LIST, after) }) };
      const rows = await ipNetworks.list(accountOf(request), page);
      return world.cursors.page(LIST, rows, { limit, view: networkView });
    },
  );
  app.post(
    '/v1/ip-networks',
    {
      schema: {
        summary: 'Register a network',
        tags,
        body: ipNetworkBody,
        response: answers({ 201: ipNetwork }),
      },
      config: { scope: 'credentials:write', audit: 'ip_network.created', idempotent: true },
    },
    async (request, reply) => {
      const { cidr: written, shared, label, confirm } = request.body;
      const cidr = readNetwork('/cidr', written);
      const isOperator = principalOf(request).kind === 'admin';
      if (!isOperator) requireOwnNetwork(cidr);
      requireNarrow(cidr, confirm);
      const row = await ipNetworks.create({
        id: newId(world),
        accountId: accountOf(request),
        cidr,
        shared,
        label,
        createdAt: world.now(),
        mayOverlap: isOperator,
      });
      request.auditTarget = publicId('net', row.id);
      noteChange(request, { after: networkView(row) });
      return reply.code(201).send(networkView(row));
    },
  );
  app.delete(
    '/v1/ip-networks/:id',
    {
      schema: {
        summary: 'Remove a network',
        tags,
        params: idParams('net'),
        response: answers({ 204: z.null() }),
      },
      config: { scope: 'credentials:write', audit: 'ip_network.deleted' },
    },
    async (request, reply) => {
      const removed = found(await ipNetworks.remove(accountOf(request), innerId('net', request.params.id)));
      noteChange(request, { before: networkView(removed) });
      return reply.code(204).send(null);
    },
  );
}
