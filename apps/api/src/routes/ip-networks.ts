import { idParams } from '@waybill/contract/id';
import { ipNetwork, ipNetworkBody } from '@waybill/contract/ip-network';
import { listQuery } from '@waybill/contract/list';
import { createNetwork, networkView, removeNetwork } from '@waybill/relay/management/ip-networks';
import { readNetwork } from '@waybill/relay/management/network-rules';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Credentials'];

export function ipNetworkRoutes(app: App, dependencies: Dependencies): void {
  listRoute(app, dependencies, {
    url: '/v1/ip-networks',
    operationId: 'listIpNetworks',
    summary: 'Networks that authenticate by address',
    description: 'Mail from these networks belongs to the account without a login.',
    tags,
    cursor: 'ip-networks',
    query: listQuery,
    item: ipNetwork,
    rows: (page, request) => dependencies.stores.ipNetworks.list(accountOf(request), page),
    view: networkView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/ip-networks',
    operationId: 'createIpNetwork',
    summary: 'Register a network',
    description:
      'Public networks of at most /24 (IPv4) or /48 (IPv6) that overlap with no other account; others are the operator’s to register. A key needs messages:send as well; one that expires or has sending limits registers none, and one with networks only what lies in them.',
    tags,
    body: ipNetworkBody,
    answer: ipNetwork,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { cidr, shared, label, confirm } = request.body;
      const asked = { cidr: readNetwork('/cidr', cidr), shared, label, isConfirmed: confirm };
      return networkView(await createNetwork(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/ip-networks/:id',
    operationId: 'deleteIpNetwork',
    summary: 'Remove a network',
    description: 'Mail from the network needs a login again.',
    tags,
    params: idParams('net'),
    run: (request) => removeNetwork(innerId('net', request.params.id), callerOf(request), dependencies),
  });
}
