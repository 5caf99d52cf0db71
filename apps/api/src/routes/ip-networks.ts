import { idParams } from '@waybill/contract/id';
import { ipNetwork, ipNetworkBody } from '@waybill/contract/ip-network';
import { listOf, listQuery } from '@waybill/contract/list';
import type { IpNetworkRecord } from '@waybill/io/postgres/management/ip-networks';
import { publicId } from '@waybill/relay/id';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { readNetwork, requireNarrow, requireOwnNetwork } from '../networks.ts';
import { accountOf, found, newId, principalOf } from '../request.ts';

const LIST = 'ip-networks';
const tags = ['Credentials'];

export const networkView = (row: IpNetworkRecord): z.output<typeof ipNetwork> => ({
  id: publicId('net', row.id),
  cidr: row.cidr,
  shared: row.shared,
  label: row.label,
  created_at: row.createdAt.toISOString(),
});

export function ipNetworkRoutes(app: App, dependencies: Dependencies): void {
  const { ipNetworks } = dependencies.stores;
  app.get(
    '/v1/ip-networks',
    {
      schema: {
        operationId: 'listIpNetworks',
        summary: 'Networks that authenticate by address',
        description: 'Mail from these networks belongs to the account without a login.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(ipNetwork) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      const rows = await ipNetworks.list(accountOf(request), page);
      return dependencies.cursors.page(LIST, rows, { limit, view: networkView });
    },
  );
  app.post(
    '/v1/ip-networks',
    {
      schema: {
        operationId: 'createIpNetwork',
        summary: 'Register a network',
        description:
          'Public networks of at most /24 (IPv4) or /48 (IPv6) that overlap with no other account; others are the operator’s to register.',
        tags,
        body: ipNetworkBody,
        response: answers({ 201: ipNetwork }),
      },
      config: {
        audit: 'ip_network.created',
        idempotent: true,
        refusals: ['conflict'],
      },
    },
    async (request, reply) => {
      const { cidr: written, shared, label, confirm } = request.body;
      const cidr = readNetwork('/cidr', written);
      const isOperator = principalOf(request).kind === 'operator';
      if (!isOperator) requireOwnNetwork(cidr);
      requireNarrow(cidr, confirm);
      const row = await ipNetworks.create({
        id: newId(dependencies),
        accountId: accountOf(request),
        cidr,
        shared,
        label,
        createdAt: dependencies.now(),
        mayOverlap: isOperator,
      });
      request.auditTarget = publicId('net', row.id);
      noteChange(request, { after: networkView(row) });
      return reply.code(201).send(networkView(row));
    },
  );
  removeRoute(app, dependencies);
}

function removeRoute(app: App, dependencies: Dependencies): void {
  const { ipNetworks } = dependencies.stores;
  app.delete(
    '/v1/ip-networks/:id',
    {
      schema: {
        operationId: 'deleteIpNetwork',
        summary: 'Remove a network',
        description: 'Mail from the network needs a login again.',
        tags,
        params: idParams('net'),
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'ip_network.deleted' },
    },
    async (request, reply) => {
      const removed = found(await ipNetworks.remove(accountOf(request), innerId('net', request.params.id)));
      noteChange(request, { before: networkView(removed) });
      return reply.code(204).send(null);
    },
  );
}
