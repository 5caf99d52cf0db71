import { erasure } from '@waybill/contract/erasure';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { addressParams } from '@waybill/contract/suppression';
import { eraseRecipient, erasureView } from '@waybill/relay/management/erasures';
import { found } from '@waybill/relay/management/found';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { pathAddress } from '../path-address.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Account'];

export function erasureRoutes(app: App, dependencies: Dependencies): void {
  const { erasures } = dependencies.stores;
  route(app, {
    method: 'POST',
    url: '/v1/recipients/:address/erasure',
    operationId: 'eraseRecipient',
    summary: 'Erase one recipient from everything that the account has stored',
    description:
      'Takes the address out of messages, deliveries, events, transcripts, reports, suppressions, webhooks, the sandbox and the audit log, and cancels mail to it. The content of messages to it is deleted. The address stays suppressed by a keyed hash. This cannot be undone.',
    tags,
    params: addressParams,
    answer: erasure,
    statuses: [201],
    run: async (request) =>
      erasureView(await eraseRecipient(pathAddress(request.params), callerOf(request), dependencies)),
  });
  listRoute(app, dependencies, {
    url: '/v1/erasures',
    operationId: 'listErasures',
    summary: 'Erasures, newest first',
    description: 'Each with its report; none holds the address.',
    tags,
    cursor: 'erasures',
    query: listQuery,
    item: erasure,
    rows: (page, request) => erasures.list(accountOf(request), page),
    view: erasureView,
  });
  route(app, {
    method: 'GET',
    url: '/v1/erasures/:id',
    operationId: 'getErasure',
    summary: 'One erasure with its report',
    description:
      'Shows from how many rows the address was taken, and whether mail is still on its way to others.',
    tags,
    params: idParams('era'),
    answer: erasure,
    run: async (request) =>
      erasureView(found(await erasures.one(accountOf(request), innerId('era', request.params.id)))),
  });
}
