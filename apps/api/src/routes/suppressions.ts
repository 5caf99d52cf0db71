import { listOf } from '@waybill/contract/list';
import {
  addressParams,
  suppression,
  suppressionAdded,
  suppressionBody,
  type suppressionEntry,
  suppressionQuery,
  suppressionRemoved,
} from '@waybill/contract/suppression';
import { foldedAddress, parseAddress } from '@waybill/mail/address';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import { faultAt } from '@waybill/relay/management/request-fault';
import {
  removeSuppressions,
  suppressAddress,
  suppressAddresses,
  suppressionView,
} from '@waybill/relay/management/suppressions';
import type { z } from 'zod';
import type { App, Dependencies } from '../dependencies.ts';
import { innerIdOrNone } from '../inner-id.ts';
import { listRoute, wholeList } from '../list-route.ts';
import { pathAddress } from '../path-address.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Suppressions'];

function askedOf(entry: z.output<typeof suppressionEntry>, pointer: string) {
  if (parseAddress(entry.address) === undefined) throw faultAt(`${pointer}/address`, 'is not a mail address');
  return {
    address: foldedAddress(entry.address),
    reason: entry.reason,
    note: entry.note,
    streamId: innerIdOrNone('str', entry.stream_id),
    expiresAt: entry.expires_at === undefined ? undefined : new Date(entry.expires_at),
  };
}

export function suppressionRoutes(app: App, dependencies: Dependencies): void {
  const { suppressions } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/suppressions',
    operationId: 'listSuppressions',
    summary: 'Addresses this account does not write to, newest first',
    description: 'Those of the whole account and those of single streams.',
    tags,
    cursor: 'suppressions',
    query: suppressionQuery,
    item: suppression,
    rows: (page, request) => {
      const { reason, address, stream_id } = request.query;
      const folded = address === undefined ? undefined : foldedAddress(address);
      const filter = { reason, address: folded, streamId: innerIdOrNone('str', stream_id) };
      return suppressions.list(accountOf(request), { ...page, ...given(filter) });
    },
    view: suppressionView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/suppressions',
    operationId: 'createSuppressions',
    summary: 'Suppress one address or up to 1,000',
    description:
      'One address answers with its suppression: 201 when it is new, 200 when it was known. A list answers with how many are new.',
    tags,
    body: suppressionBody,
    answer: suppressionAdded,
    statuses: [201, 200],
    idempotent: true,
    run: async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      if ('suppressions' in body) {
        const asked = body.suppressions.map((entry, index) => askedOf(entry, `/suppressions/${index}`));
        const created = await suppressAddresses(asked, caller, dependencies);
        reply.code(created === 0 ? 200 : 201);
        return { created };
      }
      const { row, created } = await suppressAddress(askedOf(body, ''), caller, dependencies);
      reply.code(created === 0 ? 200 : 201);
      return { ...suppressionView(row), created };
    },
  });
  addressRoutes(app, dependencies);
}

function addressRoutes(app: App, dependencies: Dependencies): void {
  const { suppressions } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/suppressions/:address',
    operationId: 'getSuppression',
    summary: 'Why one address is suppressed',
    description:
      'All that concern the address, whatever its case: of the whole account and of single streams.',
    tags,
    params: addressParams,
    answer: listOf(suppression),
    run: async (request) => {
      const rows = await suppressions.ofAddress(accountOf(request), pathAddress(request.params));
      found(rows[0]);
      return wholeList(rows.map(suppressionView));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/suppressions/:address',
    operationId: 'deleteSuppression',
    summary: 'Write to this address again',
    description: 'Removes all suppressions of the address in this account.',
    tags,
    params: addressParams,
    answer: suppressionRemoved,
    run: async (request) => ({
      removed: await removeSuppressions(pathAddress(request.params), callerOf(request), dependencies),
    }),
  });
}
